#include "tests/unit/queue/queue_fixture.h"
#include "tests/unit/store/store_cost.h"

namespace syncq::test {
namespace {

// A queue "q" of either kind.
struct Groups : QueueFixture {
  Groups() : Groups(QueueConfig()) {}
  explicit Groups(QueueConfig config) {
    config.name = "q";
    config.ephemeral = GENERATE(false, true);
    make(config);
  }
  // "a1": body a1, in group a; "-1": in none.
  void put(std::string_view bodies, Push how = {}) {
    for (std::size_t at = 0; at < bodies.size(); at += 3) {
      std::string body(bodies.substr(at, 2));
      how.group = body[0] == '-' ? "" : body.substr(0, 1);
      push("q", body, how);
    }
  }
  Uuid lease_of(std::string_view body) {
    Delivered message = lease("q");
    CHECK(message.body == body);
    return *message.lease;
  }
  void ack(const Uuid& lease) {
    REQUIRE(engine->ack("q", lease, now).ok());
    settle();
  }
  void nack(const Uuid& lease, const Nack& how = {}) {
    REQUIRE(engine->nack("q", lease, how, now, wall).ok());
    settle();
  }
  // All that can be popped now.
  std::string rest(std::string_view queue_name = "q") {
    std::string all;
    while (true) {
      auto message = engine->take(queue_name, {}, 1, now);
      if (!message.ok()) break;
      settle();
      all += (all.empty() ? "" : " ") + (*message)->body;
    }
    CHECK(queue(queue_name).size == 0);
    return all;
  }
  std::string list(MessageState state) {
    auto walk = engine->begin_walk("q", state, 0, 100);
    REQUIRE(walk.ok());
    std::string all;
    for (const Glimpse& each : engine->walk(*walk, 100, now)) {
      all += (all.empty() ? "" : " ") + each.message.body;
    }
    return all;
  }
};

}  // namespace

TEST_CASE("messages of a group are leased one after the other") {
  Groups f;
  f.put("a1 a2 b1 -1 a3 b2");
  CHECK(f.queue("q").size == 3);
  CHECK(f.queue("q").blocked == 3);
  CHECK(f.queue("q").stored() == 6);
  Uuid a1 = f.lease_of("a1");
  Uuid b1 = f.lease_of("b1");
  f.lease_of("-1");
  CHECK(f.pop_refusal("q") == ErrorCode::kEmpty);
  f.ack(b1);
  f.lease_of("b2");
  CHECK(f.pop_refusal("q") == ErrorCode::kEmpty);
  f.ack(a1);
  Uuid a2 = f.lease_of("a2");
  CHECK(f.queue("q").blocked == 1);
  f.ack(a2);
  f.ack(f.lease_of("a3"));
  CHECK(f.queue("q").stored() == 2);
}

TEST_CASE("a plain pop frees the next of the group at once") {
  Groups f;
  f.put("a1 a2 b1 a3 -1");
  CHECK(f.rest() == "a1 a2 b1 a3 -1");
  f.put("a4");
  CHECK(f.rest() == "a4");
}

TEST_CASE("a message comes back to its place before the rest of its group") {
  Groups f;
  f.put("a1 b1 a2");
  Uuid a1 = f.lease_of("a1");
  SECTION("given back") { f.nack(a1); }
  SECTION("its lease ends") { f.advance(30s); }
  CHECK(f.rest() == "a1 b1 a2");
}

TEST_CASE("a message that rests holds its group up until it is done") {
  Groups f;
  f.put("a1 b1 a2");
  Nack later;
  later.delay = 10s;
  f.nack(f.lease_of("a1"), later);
  CHECK(f.rest() == "b1");
  f.put("a3");
  f.advance(9s);
  CHECK(f.rest() == "");
  f.advance(1s);
  CHECK(f.rest() == "a1 a2 a3");
}

TEST_CASE("those who wait get the next of a group as soon as it is free") {
  QueueConfig config;
  config.max_attempts = 1;
  config.dead_letter = "dead";
  Groups f(config);
  Push brief;
  brief.ttl = 10s;
  f.put("a1", brief);
  f.put("a2");
  f.advance(1s);
  Uuid a1 = f.lease_of("a1");
  f.wait("q", 7);
  CHECK(f.callers.notices.empty());
  SECTION("by an ack") { f.ack(a1); }
  SECTION("by a dead letter") { f.nack(a1); }
  SECTION("by the end of its lease and its attempts") { f.advance(30s); }
  SECTION("by a removal") {
    REQUIRE(f.engine->remove("q", {f.queue("q").generation, 0}).ok());
    f.settle();
  }
  SECTION("by its time to live") {
    REQUIRE(f.engine->extend("q", a1, 5s, f.now).ok());
    f.now += 12s;
    f.settle();
  }
  REQUIRE(f.callers.notices.size() == 1);
  CHECK(std::get<Delivered>(f.callers.notices[0].second).body == "a2");
}

TEST_CASE("a message that expires where it can be read frees its group") {
  Groups f;
  Push brief;
  brief.ttl = 10s;
  f.put("a1", brief);
  f.put("a2 b1");
  SECTION("by the clock") { f.advance(10s); }
  // Before the timer has seen it.
  SECTION("at a pop") { f.now += 10s; }
  CHECK(f.rest() == "a2 b1");
}

TEST_CASE("a blocked message that has expired is not given out") {
  Groups f;
  Push brief;
  brief.ttl = 10s;
  f.put("a1");
  f.put("a2", brief);
  f.put("a3");
  Uuid a1 = f.lease_of("a1");
  f.advance(20s);
  f.ack(a1);
  CHECK(f.rest() == "a3");
}

TEST_CASE("a delay counts for a blocked message too") {
  Groups f;
  Push later;
  later.delay = 10s;
  f.put("a1");
  f.put("a2", later);
  f.put("a3");
  CHECK(f.queue("q").delayed == 0);
  CHECK(f.queue("q").blocked == 2);
  SECTION("until it is over") {
    CHECK(f.rest() == "a1");
    CHECK(f.queue("q").delayed == 1);
    CHECK(f.queue("q").blocked == 1);
    f.advance(9s);
    CHECK(f.rest() == "");
    f.advance(1s);
    CHECK(f.rest() == "a2 a3");
  }
  SECTION("from its push on") {
    f.advance(10s);
    CHECK(f.rest() == "a1 a2 a3");
  }
}

TEST_CASE("the first of a group that is delayed holds it up") {
  Groups f;
  Push later;
  later.delay = 10s;
  f.put("a1", later);
  f.put("a2 b1");
  CHECK(f.rest() == "b1");
  f.advance(10s);
  CHECK(f.rest() == "a1 a2");
}

TEST_CASE("one removed from the middle of a group frees nobody") {
  Groups f;
  f.put("a1 a2 a3");
  std::int64_t generation = f.queue("q").generation;
  Uuid a1 = f.lease_of("a1");
  REQUIRE(f.engine->remove("q", {generation, 1}).ok());
  CHECK(f.queue("q").blocked == 1);
  CHECK(f.rest() == "");
  f.ack(a1);
  CHECK(f.rest() == "a3");
}

TEST_CASE("the newest and any index are of those that can be read") {
  Groups f;
  f.put("a1 b1 a2 b2");
  CHECK(f.peek("q", 1) == "b1");
  CHECK_FALSE(f.engine->peek("q", 2, f.now).ok());
  CHECK(f.pop_tail("q") == "b1");
  CHECK(f.consume("q", 0) == "a1");
  CHECK(f.rest() == "a2 b2");
}

TEST_CASE("lists show groups and what they block") {
  Groups f;
  f.put("a1 -1 a2 b1 b2");
  f.lease_of("a1");
  CHECK(f.list(MessageState::kReady) == "-1 b1");
  CHECK(f.list(MessageState::kLeased) == "a1");
  CHECK(f.list(MessageState::kDelayed) == "");
  CHECK(f.list(MessageState::kBlocked) == "a2 b2");
  auto walk = f.engine->begin_walk("q", MessageState::kBlocked, 1, 100);
  auto seen = f.engine->walk(*walk, 100, f.now);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].message.group == "b");
  CHECK_FALSE(seen[0].until);
  CHECK_FALSE(seen[0].lease);
  CHECK(f.lease("q").group.empty());
  CHECK(f.lease("q").group == "b");
}

TEST_CASE("blocked messages count against the capacity and are not evicted") {
  QueueConfig config;
  config.capacity = 3;
  Groups f(config);
  f.put("a1 a2 a3");
  SECTION("the first of the group goes, and frees the next") {
    f.put("a4");
    CHECK(f.rest() == "a2 a3 a4");
  }
  SECTION("all are blocked") {
    f.lease_of("a1");
    Push more;
    more.body = "x";
    CHECK(f.engine->push("q", more, f.now, f.wall).refusal().code ==
          ErrorCode::kAtCapacity);
  }
}

TEST_CASE("dead letters keep their group and do not wait for each other") {
  QueueConfig config;
  config.max_attempts = 1;
  config.dead_letter = "dead";
  Groups f(config);
  f.put("a1 a2 a3");
  f.nack(f.lease_of("a1"));
  f.nack(f.lease_of("a2"));
  CHECK(f.queue("dead").size == 2);
  CHECK(f.queue("dead").blocked == 0);
  SECTION("taken from there") {
    Delivered first = f.lease("dead");
    CHECK(first.group == "a");
    CHECK(f.lease("dead").body == "a2");
    REQUIRE(f.engine->ack("dead", *first.lease, f.now).ok());
    CHECK(f.rest() == "a3");
  }
  SECTION("put back behind their group") {
    Uuid a3 = f.lease_of("a3");
    auto walk = f.engine->begin_walk("dead", MessageState::kDead, 0, 100);
    std::int64_t moved = 0;
    REQUIRE(f.engine->redrive(*walk, "", 100, moved).ok());
    f.settle();
    CHECK(moved == 2);
    CHECK(f.queue("q").blocked == 2);
    f.ack(a3);
    CHECK(f.lease("q").group == "a");
    CHECK(f.queue("q").blocked == 1);
  }
}

TEST_CASE("an emptied queue blocks nothing") {
  Groups f;
  f.put("a1 a2");
  f.lease_of("a1");
  REQUIRE(f.engine->empty("q").ok());
  f.settle();
  CHECK(f.queue("q").stored() == 0);
  f.put("a3 a4");
  CHECK(f.rest() == "a3 a4");
  f.advance(31s);
  for (int i = 0; i < 20; ++i) f.settle();
  CHECK_FALSE(f.engine->next_deadline());
}

TEST_CASE("an aborted transaction frees nobody") {
  Groups f;
  f.put("a1 a2");
  Uuid a1 = f.lease_of("a1");
  REQUIRE(f.engine->ack("q", a1, f.now).ok());
  f.abort();
  CHECK(f.queue("q").blocked == 1);
  CHECK(f.rest() == "");
  f.ack(a1);
  CHECK(f.rest() == "a2");
}

TEST_CASE("groups outlive a restart") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  Push in_group;
  in_group.group = "g";
  for (const char* body : {"a", "b", "c"}) f.push("q", body, in_group);
  Uuid a = *f.lease("q", 1h).lease;
  f.restart();
  CHECK(f.queue("q").blocked == 2);
  CHECK(f.pop_refusal("q") == ErrorCode::kEmpty);
  REQUIRE(f.engine->ack("q", a, f.now).ok());
  CHECK(f.pop("q") == "b");
  CHECK(f.pop("q") == "c");
  // Nothing is due for what is blocked.
  f.push("q", "d", in_group);
  f.push("q", "e", in_group);
  f.advance(48h);
  f.restart();
  f.settle();
  CHECK_FALSE(f.engine->next_deadline());
}

TEST_CASE("a pop costs the same however many a group blocks") {
  auto deep = [](int messages) {
    auto f = std::make_unique<QueueFixture>();
    Push in_group;
    in_group.group = "g";
    for (int i = 0; i < messages; ++i) {
      REQUIRE(f->engine->push("q", in_group, f->now, f->wall).ok());
    }
    REQUIRE(f->engine->push("q", {}, f->now, f->wall).ok());
    f->settle();
    return f;
  };
  auto small = deep(100);
  auto large = deep(20'000);
  // The first blocks its group, the second pop passes it.
  auto work = [](QueueFixture& f) {
    return [&f] {
      Uuid first = *f.lease("q").lease;
      Uuid other = *f.lease("q").lease;
      REQUIRE(f.engine->ack("q", first, f.now).ok());
      REQUIRE(f.engine->nack("q", other, {}, f.now, f.wall).ok());
      f.settle();
    };
  };
  int at_small = cost(*small->database, work(*small));
  int at_large = cost(*large->database, work(*large));
  CHECK(at_small > 0);
  CHECK(at_large <= at_small * 3 / 2);
}

}  // namespace syncq::test
