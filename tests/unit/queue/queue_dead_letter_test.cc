#include "common/names.h"
#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

struct DeadLetters : QueueFixture {
  using QueueFixture::QueueFixture;

  // A queue "q" with the dead letter queue "graves" for one message.
  void make_small(Overflow overflow) {
    QueueConfig graves;
    graves.name = "graves";
    graves.capacity = 1;
    graves.overflow = overflow;
    make(graves);
    QueueConfig config;
    config.name = "q";
    config.max_attempts = 1;
    config.dead_letter = "graves";
    make(config);
  }
  Result<> nack(std::string_view queue, const Delivered& message,
                const Nack& how = {}) {
    Result<> done = engine->nack(queue, *message.lease, how, now, wall);
    settle();
    return done;
  }
  // The same with "a" in "graves", which fills it, and "b" in "q".
  void make_full(Overflow overflow) {
    make_small(overflow);
    push("q", "a");
    push("q", "b");
    REQUIRE(nack("q", lease("q")).ok());
  }
  Result<> give_up(std::string_view queue, const Delivered& message,
                   const std::string& reason = "") {
    Nack how;
    how.dead = true;
    how.reason = reason;
    return nack(queue, message, how);
  }
};

}  // namespace

TEST_CASE("a full dead letter queue that evicts drops its oldest") {
  DeadLetters f;
  f.make_full(Overflow::kEvict);
  SECTION("by its attempts") { CHECK(f.nack("q", f.lease("q")).ok()); }
  SECTION("by the end of its lease") {
    f.lease("q", 1s);
    f.advance(1s);
  }
  SECTION("given up") { CHECK(f.give_up("q", f.lease("q")).ok()); }
  CHECK(f.queue("q").stored() == 0);
  CHECK(f.queue("graves").stored() == 1);
  CHECK(f.pop("graves") == "b");
}

TEST_CASE("a full dead letter queue that rejects sends its messages back") {
  DeadLetters f;
  f.make_full(Overflow::kReject);
  SECTION("by its attempts") { CHECK(f.nack("q", f.lease("q")).ok()); }
  SECTION("by the end of its lease") {
    f.lease("q", 1s);
    f.advance(1s);
  }
  CHECK(f.queue("graves").stored() == 1);
  // It rests before it can be read, and then has its attempts.
  CHECK(f.queue("q").delayed == 1);
  f.advance(1min);
  Delivered again = f.lease("q");
  CHECK(again.body == "b");
  CHECK(again.attempt == 2);
  // With room it goes where it should.
  CHECK(f.pop("graves") == "a");
  CHECK(f.nack("q", again).ok());
  CHECK(f.pop("graves") == "b");
}

TEST_CASE(
    "what no dead letter queue can take keeps its lease when it is given up") {
  DeadLetters f;
  std::string queue = "q";
  ErrorCode code = ErrorCode::kConflict;
  SECTION("the dead letter queue is full") {
    f.make_small(Overflow::kReject);
    f.push("graves", "first");
    code = ErrorCode::kAtCapacity;
  }
  SECTION("the name leaves no room") {
    queue = std::string(kMaxNameLength - 4, 'n');
  }
  SECTION("it is a dead letter queue itself") { queue = "q.dead"; }
  f.push(queue, "a");
  Delivered leased = f.lease(queue);
  Result<> given_up = f.give_up(queue, leased);
  REQUIRE_FALSE(given_up.ok());
  CHECK(given_up.refusal().code == code);
  CHECK(f.queue(queue).leased == 1);
  CHECK(f.all().size() == (queue == "q" ? 2U : 1U));
  CHECK(f.nack(queue, leased, {}).ok());
}

TEST_CASE("the longest name with room for .dead has its dead letter queue") {
  DeadLetters f;
  std::string queue(kMaxNameLength - 5, 'n');
  f.push(queue, "a");
  CHECK(f.give_up(queue, f.lease(queue)).ok());
  CHECK(f.pop(queue + ".dead") == "a");
}

TEST_CASE(
    "a dead letter tells where it failed, how often, why and since when") {
  TempDir dir;
  DeadLetters f(dir / "store.db");
  f.push("q", "a");
  CHECK(f.nack("q", f.lease("q")).ok());
  f.wall += 5;
  CHECK(f.give_up("q", f.lease("q"), "no such user").ok());
  auto check = [&](const Delivered& message) {
    REQUIRE(message.dead);
    CHECK(message.dead->queue == "q");
    CHECK(message.dead->attempts == 2);
    CHECK(message.dead->reason == "no such user");
    CHECK(message.dead->since == f.wall);
  };
  f.restart();
  auto peeked = f.engine->peek("q.dead", 0, f.now);
  REQUIRE(peeked.ok());
  check(*peeked);
  // Its attempts start again.
  CHECK(peeked->attempt == 0);
  Delivered leased = f.lease("q.dead");
  CHECK(leased.attempt == 1);
  f.restart();
  f.advance(1min);
  check(f.take("q.dead"));
}

TEST_CASE("a message that is alive has no such history") {
  DeadLetters f;
  f.push("q", "a");
  CHECK_FALSE(f.lease("q").dead);
}

TEST_CASE("a message whose lease ended too often says so") {
  DeadLetters f;
  f.make_small(Overflow::kEvict);
  f.push("q", "a");
  f.lease("q", 1s);
  f.advance(1s);
  CHECK(f.take("graves").dead->reason == "its lease ended");
}

TEST_CASE("a dead letter that fails again tells the last queue it failed in") {
  DeadLetters f;
  QueueConfig second;
  second.name = "q.dead";
  second.max_attempts = 1;
  second.dead_letter = "last";
  f.make(second);
  f.push("q", "a");
  CHECK(f.give_up("q", f.lease("q")).ok());
  CHECK(f.nack("q.dead", f.lease("q.dead")).ok());
  CHECK(f.take("last").dead->queue == "q.dead");
}

}  // namespace syncq::test
