#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

// A queue "q" of either kind with as many messages as there are letters.
struct Limited : QueueFixture {
  explicit Limited(QueueConfig config, std::string_view letters = "abcdefgh") {
    config.name = "q";
    config.ephemeral = GENERATE(false, true);
    make(config);
    for (char letter : letters) push("q", std::string(1, letter));
  }
  void set(std::int64_t in_flight, Rate rate = {}) {
    QueueConfig config = queue("q").config;
    config.in_flight = in_flight;
    config.rate = rate;
    REQUIRE(engine->configure("q", config).ok());
    settle();
  }
  Refusal refusal() {
    auto message = engine->take("q", {}, 1, now);
    REQUIRE_FALSE(message.ok());
    settle();
    return message.refusal();
  }
  // What the waiting callers got, in order: "7:a 8:b".
  std::string told() {
    std::string all;
    for (const auto& [caller, notice] : callers.notices) {
      if (!all.empty()) all += ' ';
      const auto* message = std::get_if<Delivered>(&notice);
      all += std::to_string(caller) + ":" + (message ? message->body : "-");
    }
    return all;
  }
};

QueueConfig in_flight(std::int64_t most) {
  QueueConfig config;
  config.in_flight = most;
  return config;
}

QueueConfig at_rate(std::string_view text) {
  QueueConfig config;
  config.rate = *parse_rate(text);
  return config;
}

Take by_lease() {
  Take how;
  how.lease = 30s;
  return how;
}

}  // namespace

TEST_CASE("no more messages are leased at once than may be in flight") {
  Limited f(in_flight(2));
  auto a = f.lease("q").lease;
  f.lease("q");
  CHECK(f.refusal().code == ErrorCode::kLimited);
  CHECK(f.refusal().retry_after_ms == 0);
  CHECK(f.engine->consume("q", 0, 1, f.now, by_lease()).refusal().code ==
        ErrorCode::kLimited);
  CHECK(f.peek("q", 0) == "c");
  REQUIRE(f.engine->ack("q", *a, f.now).ok());
  CHECK(f.lease("q").body == "c");
  CHECK(f.pop_refusal("q") == ErrorCode::kLimited);
}

TEST_CASE("what is popped for good is not in flight") {
  Limited f(in_flight(1));
  CHECK(f.pop("q") == "a");
  CHECK(f.pop("q") == "b");
  CHECK(f.lease("q").body == "c");
  CHECK(f.pop_refusal("q") == ErrorCode::kLimited);
}

TEST_CASE("a repeated request gets its lease again however many there are") {
  Limited f(in_flight(1));
  Take again = by_lease();
  again.lease_id = f.lease("q").lease;
  CHECK(f.take("q", again).body == "a");
}

TEST_CASE("a queue that is at its limit and has nothing is empty") {
  Limited f(in_flight(1), "a");
  f.lease("q");
  CHECK(f.pop_refusal("q") == ErrorCode::kEmpty);
  CHECK(f.engine->consume("q", 0, 1, f.now).refusal().code ==
        ErrorCode::kEmpty);
}

TEST_CASE("who waits for room in flight is served as soon as there is") {
  QueueConfig config = in_flight(1);
  config.max_attempts = 9;
  config.dead_letter = "dead";
  Limited f(config);
  Uuid a = *f.lease("q").lease;
  f.wait("q", 7, 0s, by_lease());
  f.wait("q", 8, 0s, by_lease());
  CHECK(f.told().empty());
  SECTION("by an ack") {
    REQUIRE(f.engine->ack("q", a, f.now).ok());
    f.settle();
    CHECK(f.told() == "7:b");
  }
  SECTION("by a nack") {
    REQUIRE(f.engine->nack("q", a, {}, f.now, f.wall).ok());
    f.settle();
    CHECK(f.told() == "7:a");
  }
  SECTION("by a nack with a delay") {
    Nack later;
    later.delay = 5s;
    REQUIRE(f.engine->nack("q", a, later, f.now, f.wall).ok());
    f.settle();
    CHECK(f.told() == "7:b");
  }
  SECTION("by a dead letter") {
    Nack dead;
    dead.dead = true;
    REQUIRE(f.engine->nack("q", a, dead, f.now, f.wall).ok());
    f.settle();
    CHECK(f.told() == "7:b");
  }
  SECTION("by the end of a lease") {
    f.advance(30s);
    CHECK(f.told() == "7:a");
  }
  SECTION("by a removal") {
    REQUIRE(f.engine->remove("q", {f.queue("q").generation, 0}).ok());
    f.settle();
    CHECK(f.told() == "7:b");
  }
  SECTION("by a higher limit") {
    f.set(2);
    CHECK(f.told() == "7:b");
  }
  SECTION("by none") {
    f.set(0);
    CHECK(f.told() == "7:b 8:c");
  }
}

TEST_CASE("a limit below what is in flight takes nothing back") {
  Limited f(in_flight(3));
  Uuid a = *f.lease("q").lease;
  Uuid b = *f.lease("q").lease;
  f.set(1);
  CHECK(f.queue("q").leased == 2);
  REQUIRE(f.engine->ack("q", a, f.now).ok());
  CHECK(f.pop_refusal("q") == ErrorCode::kLimited);
  REQUIRE(f.engine->ack("q", b, f.now).ok());
  CHECK(f.lease("q").body == "c");
}

TEST_CASE("who comes later takes no room from who waits") {
  Limited f(in_flight(1));
  Uuid a = *f.lease("q").lease;
  f.wait("q", 7, 0s, by_lease());
  REQUIRE(f.engine->ack("q", a, f.now).ok());
  // In the same iteration.
  CHECK(f.pop_refusal("q") == ErrorCode::kLimited);
  f.settle();
  CHECK(f.told() == "7:b");
}

TEST_CASE("messages are given out no faster than the rate") {
  Limited f(at_rate("10/s"));
  CHECK(f.pop("q") == "a");
  Refusal why = f.refusal();
  CHECK(why.code == ErrorCode::kLimited);
  CHECK(why.retry_after_ms == 100);
  f.advance(99ms);
  CHECK(f.refusal().retry_after_ms == 1);
  CHECK(f.engine->consume("q", 0, 1, f.now).refusal().code ==
        ErrorCode::kLimited);
  f.advance(1ms);
  CHECK(f.lease("q").body == "b");
  f.advance(100ms);
  CHECK(f.consume("q", 1) == "d");
  CHECK(f.pop_refusal("q") == ErrorCode::kLimited);
}

TEST_CASE("an idle time is not made up for") {
  Limited f(at_rate("10/s"));
  f.pop("q");
  f.advance(1h);
  CHECK(f.pop("q") == "b");
  CHECK(f.refusal().retry_after_ms == 100);
}

TEST_CASE("the lateness of a timer is made up for") {
  Limited f(at_rate("10/s"));
  f.pop("q");
  f.advance(110ms);
  CHECK(f.pop("q") == "b");
  CHECK(f.refusal().retry_after_ms == 90);
  f.advance(101ms);
  CHECK(f.pop("q") == "c");
  CHECK(f.refusal().retry_after_ms == 100);
}

TEST_CASE("a high rate is reached by timers of a millisecond") {
  Limited f(at_rate("2000/s"), "");
  for (int i = 0; i < 50; ++i) f.push("q", "x");
  int given = 0;
  for (int i = 0; i < 10; ++i) {
    while (f.engine->take("q", {}, 1, f.now).ok()) ++given;
    f.advance(1ms);
  }
  // One, and then two in each millisecond.
  CHECK(given == 19);
}

TEST_CASE("those who wait at a rate are served in order and in time") {
  Limited f(at_rate("10/s"));
  f.pop("q");
  f.wait("q", 7);
  f.wait("q", 8, 0s, by_lease());
  REQUIRE(f.engine->next_deadline());
  CHECK(*f.engine->next_deadline() == f.now + 100ms);
  f.advance(100ms);
  CHECK(f.told() == "7:b");
  REQUIRE(f.engine->next_deadline());
  CHECK(*f.engine->next_deadline() == f.now + 100ms);
  // Not before those.
  CHECK(f.pop_refusal("q") == ErrorCode::kLimited);
  f.advance(100ms);
  CHECK(f.told() == "7:b 8:c");
}

TEST_CASE("a repeated request costs nothing of the rate") {
  Limited f(at_rate("1/h"));
  Take again = by_lease();
  again.lease_id = f.lease("q").lease;
  f.advance(10s);
  CHECK(f.take("q", again).body == "a");
  CHECK(f.refusal().retry_after_ms == 3'590'000);
}

TEST_CASE("another rate holds at once") {
  Limited f(at_rate("1/h"));
  f.pop("q");
  f.wait("q", 7);
  f.wait("q", 8);
  f.set(0, *parse_rate("1/m"));
  CHECK(f.told().empty());
  f.advance(1min);
  CHECK(f.told() == "7:b");
  f.set(0);
  CHECK(f.told() == "7:b 8:c");
}

TEST_CASE("nothing is left to be done for a rate that is there no more") {
  Limited f(at_rate("1/h"));
  f.pop("q");
  f.refusal();
  REQUIRE(f.engine->next_deadline() == f.now + 1h);
  SECTION("another rate") {
    f.set(0, *parse_rate("2/h"));
    CHECK_FALSE(f.engine->next_deadline());
  }
  SECTION("no queue") {
    f.engine->destroy("q");
    for (int i = 0; i < 5; ++i) f.settle();
    CHECK_FALSE(f.engine->next_deadline());
  }
}

TEST_CASE("an aborted transaction gives nothing too early") {
  Limited f(at_rate("10/s"));
  f.pop("q");
  f.advance(100ms);
  REQUIRE(f.engine->take("q", {}, 1, f.now).ok());
  f.abort();
  CHECK(f.refusal().retry_after_ms == 100);
  f.wait("q", 7);
  f.advance(100ms);
  CHECK(f.told() == "7:b");
}

TEST_CASE("limits outlive a restart and the rate begins anew") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  QueueConfig config = at_rate("7/m");
  config.name = "q";
  config.in_flight = 2;
  f.make(config);
  f.push("q", "a");
  f.push("q", "b");
  f.lease("q");
  f.restart();
  CHECK(f.queue("q").config.rate == Rate{7, 60s});
  CHECK(f.queue("q").config.in_flight == 2);
  CHECK(f.lease("q").body == "b");
  f.push("q", "c");
  CHECK(f.pop_refusal("q") == ErrorCode::kLimited);
  config.in_flight = 0;
  config.rate = {};
  REQUIRE(f.engine->configure("q", config).ok());
  f.settle();
  f.restart();
  CHECK_FALSE(f.queue("q").config.has_limits());
  CHECK(f.pop("q") == "c");
}

TEST_CASE("a queue of a destroyed one's name begins anew") {
  Limited f(at_rate("1/h"));
  f.pop("q");
  f.engine->destroy("q");
  f.settle();
  QueueConfig config = at_rate("1/h");
  config.name = "q";
  f.make(config);
  f.push("q", "x");
  CHECK(f.pop("q") == "x");
}

}  // namespace syncq::test
