// How many queues there may be.

#include <fmt/format.h>

#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

// One more fits.
struct ManyQueues : QueueFixture {
  ManyQueues() {
    database->execute(
        fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                    "FROM n WHERE i < {}) INSERT INTO queues(uuid, name, "
                    "ephemeral, overflow, max_attempts, dead_letter, created, "
                    "bin, next_place, size, leased, delayed) SELECT "
                    "randomblob(16), CAST(printf('q%d', i) AS BLOB), 0, 0, 0, "
                    "x'', 0, -i, 0, 0, 0, 0 FROM n",
                    kMaxQueues - 1)
            .c_str());
    engine->recover(now);
    settle();
  }

  Result<Queue> create(const std::string& name, bool ephemeral = false) {
    QueueConfig config;
    config.name = name;
    config.ephemeral = ephemeral;
    return engine->create(config, wall);
  }
};

TEST_CASE("There is a bound on queues") {
  ManyQueues f;
  const bool ephemeral = GENERATE(false, true);
  REQUIRE(f.create("last", ephemeral).ok());
  f.settle();
  Result<Queue> refused = f.create("more", !ephemeral);
  REQUIRE_FALSE(refused);
  CHECK(refused.refusal().code == ErrorCode::kAtCapacity);
  CHECK(refused.refusal().message ==
        "there are 100000 queues, the most there may be: destroy those you "
        "no longer need");
  CHECK(f.engine->push("more", {}, f.now, f.wall).refusal().code ==
        ErrorCode::kAtCapacity);
  // Those there are go on, but for a dead letter queue that is not there.
  f.push("last", "message");
  Take lease;
  lease.lease = 1min;
  Delivered leased = f.take("last", lease);
  Nack dead;
  dead.dead = true;
  CHECK(f.engine->nack("last", *leased.lease, dead, f.now, f.wall)
            .refusal()
            .code == ErrorCode::kAtCapacity);
  CHECK(f.engine->nack("last", *leased.lease, {}, f.now, f.wall).ok());
  f.settle();
  CHECK(f.pop("last") == "message");

  f.engine->destroy("q7");
  f.settle();
  REQUIRE(f.create("aborted").ok());
  f.abort();
  REQUIRE(f.create("more").ok());
  CHECK(f.create("one more").refusal().code == ErrorCode::kInvalidName);
  CHECK(f.create("one-more").refusal().code == ErrorCode::kAtCapacity);
}

}  // namespace
}  // namespace syncq::test
