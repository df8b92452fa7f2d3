#include <fmt/format.h>

#include "tests/unit/queue/queue_fixture.h"
#include "tests/unit/store/store_cost.h"

namespace syncq::test {
namespace {

// A queue with `count` keys, k1 the oldest, that end from an hour on.
struct Keys : QueueFixture {
  explicit Keys(std::int64_t count) {
    push("q", "first");
    std::int64_t first_end = (now + 1h).time_since_epoch().count();
    database->execute(
        fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                    "FROM n WHERE i < {}) INSERT INTO idempotency_keys SELECT "
                    "{}, CAST(printf('k%d', i) AS BLOB), 0, {} + i FROM n",
                    count, queue("q").id, first_end)
            .c_str());
    engine->recover(now);
    // When the next is due has to be looked up.
    engine->rolled_back();
    settle();
  }
  void push_keyed(const std::string& key) {
    Push push;
    push.key = key;
    QueueFixture::push("q", "x", push);
  }
};

}  // namespace

TEST_CASE("An idempotency key costs the same among any number of keys") {
  Keys few(1'000);
  Keys many(100'000);
  auto same = [&](const char* what, const std::function<Work(Keys&)>& work) {
    INFO(what);
    int at_few = cost(*few.database, work(few));
    int at_many = cost(*many.database, work(many));
    CHECK(at_few > 0);
    CHECK(at_many <= at_few * 2);
  };
  int next = 0;
  same("new", [&](Keys& f) {
    return [&] { f.push_keyed(fmt::format("new{}", ++next)); };
  });
  same("known", [](Keys& f) { return [&] { f.push_keyed("k7"); }; });
  few.now += 2h;
  many.now += 2h;
  same("forgotten, a slice", [](Keys& f) { return [&] { f.settle(); }; });
  same("a plain push among them",
       [](Keys& f) { return [&] { f.push("q", "x"); }; });
}

TEST_CASE("All keys that are due are forgotten in the end") {
  Keys f(1'000);
  f.now += 2h;
  for (int turn = 0; turn < 100 && f.engine->keys() > 0; ++turn) {
    CHECK(f.engine->next_deadline() <= f.now);
    f.settle();
  }
  CHECK(f.engine->keys() == 0);
}

TEST_CASE("At the bound each new key puts the oldest out") {
  Keys f(kMaxKeys);
  CHECK(f.engine->keys() == kMaxKeys);
  f.push_keyed("new");
  CHECK(f.engine->keys() == kMaxKeys);
  CHECK(f.queue("q").size == 2);
  f.push_keyed("k2");
  CHECK(f.queue("q").size == 2);
  // That one is stored again.
  f.push_keyed("k1");
  CHECK(f.queue("q").size == 3);
  CHECK(f.engine->keys() == kMaxKeys);
}

TEST_CASE("An aborted transaction leaves the number of keys as it was") {
  Keys f(10);
  Push push;
  push.key = "lost";
  REQUIRE(f.engine->push("q", push, f.now, f.wall).ok());
  CHECK(f.engine->keys() == 11);
  f.abort();
  CHECK(f.engine->keys() == 10);
}

TEST_CASE("A queue made again knows nothing of the keys of the old one") {
  QueueFixture f;
  bool ephemeral = GENERATE(false, true);
  QueueConfig config;
  config.name = "q";
  config.ephemeral = ephemeral;
  Push push;
  push.key = "k";
  f.make(config);
  f.push("q", "old", push);
  f.engine->destroy("q");
  f.settle();
  f.make(config);
  f.push("q", "new", push);
  CHECK(f.pop("q") == "new");
}

}  // namespace syncq::test
