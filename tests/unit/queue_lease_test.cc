#include "tests/unit/queue_fixture.h"

using namespace syncq;
using namespace syncq::test;

TEST_CASE("a leased message is hidden until it is acknowledged") {
  QueueFixture f;
  f.push("q", "a");
  f.push("q", "b");
  Delivered leased = f.lease("q");
  REQUIRE(leased.lease);
  CHECK(leased.body == "a");
  CHECK(leased.attempt == 1);
  CHECK(f.queue("q").size == 1);
  CHECK(f.queue("q").leased == 1);
  CHECK(f.peek("q", 0) == "b");
  REQUIRE(f.engine->ack("q", *leased.lease, f.now).ok());
  f.settle();
  CHECK(f.queue("q").leased == 0);
  f.advance(1h);
  CHECK(f.pop("q") == "b");
  CHECK(f.pop_refusal("q") == ErrorCode::kEmpty);
}

TEST_CASE("an expired lease returns the message to its old place") {
  QueueFixture f;
  for (const char* body : {"a", "b", "c"}) f.push("q", body);
  Delivered leased = f.lease("q", 10s);
  CHECK(f.pop("q") == "b");
  f.advance(10s - kNano);
  CHECK(f.queue("q").leased == 1);
  f.advance(kNano);
  CHECK(f.queue("q").size == 2);
  CHECK(f.engine->ack("q", *leased.lease, f.now).refusal().code ==
        ErrorCode::kExpired);
  Delivered again = f.lease("q");
  CHECK(again.body == "a");
  CHECK(again.attempt == 2);
  CHECK(f.peek("q", 0) == "c");
}

TEST_CASE("an ack at the very end of a lease is too late") {
  QueueFixture f;
  f.push("q", "a");
  Delivered leased = f.lease("q", 10s);
  f.now += 10s;
  CHECK(f.engine->ack("q", *leased.lease, f.now).refusal().code ==
        ErrorCode::kExpired);
}

TEST_CASE("nack returns the message at once or after a delay") {
  QueueFixture f;
  f.push("q", "a");
  f.push("q", "b");
  Delivered leased = f.lease("q");
  REQUIRE(f.engine->nack("q", *leased.lease, {}, f.now, f.wall).ok());
  f.settle();
  CHECK(f.peek("q", 0) == "a");
  leased = f.lease("q");
  Nack later;
  later.delay = 5s;
  REQUIRE(f.engine->nack("q", *leased.lease, later, f.now, f.wall).ok());
  f.settle();
  CHECK(f.queue("q").delayed == 1);
  CHECK(f.peek("q", 0) == "b");
  f.advance(5s);
  CHECK(f.peek("q", 0) == "a");
}

TEST_CASE("extend makes a lease end later") {
  QueueFixture f;
  f.push("q", "a");
  Delivered leased = f.lease("q", 10s);
  f.advance(9s);
  REQUIRE(f.engine->extend("q", *leased.lease, 10s, f.now).ok());
  f.advance(9s);
  CHECK(f.queue("q").leased == 1);
  f.advance(1s);
  CHECK(f.queue("q").leased == 0);
}

TEST_CASE("a lease holds through a restart, and ends after it") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  f.push("q", "a");
  Delivered leased = f.lease("q", 10s);
  f.restart();
  CHECK(f.queue("q").leased == 1);
  f.advance(10s);
  CHECK(f.queue("q").size == 1);
}

TEST_CASE("a lease of another queue is not this queue's") {
  QueueFixture f;
  f.push("q", "a");
  f.push("r", "b");
  Delivered leased = f.lease("q");
  CHECK(f.engine->ack("r", *leased.lease, f.now).refusal().code ==
        ErrorCode::kExpired);
  CHECK(f.engine->ack("q", *leased.lease, f.now).ok());
}

TEST_CASE("a message that fails too often goes to the dead letter queue") {
  QueueFixture f;
  QueueConfig config;
  config.name = "q";
  config.max_attempts = 2;
  config.dead_letter = "graves";
  f.make(config);
  f.push("q", "bad");
  REQUIRE(f.engine->nack("q", *f.lease("q").lease, {}, f.now, f.wall).ok());
  f.settle();
  CHECK(f.queue("q").size == 1);
  SECTION("by nack") {
    REQUIRE(f.engine->nack("q", *f.lease("q").lease, {}, f.now, f.wall).ok());
    f.settle();
  }
  SECTION("by the end of its lease") {
    f.lease("q", 1s);
    f.advance(1s);
  }
  CHECK(f.queue("q").stored() == 0);
  CHECK(f.pop("graves") == "bad");
}

TEST_CASE("nack with dead gives up at once, even without a dead letter queue") {
  QueueFixture f;
  f.push("q", "bad");
  Nack dead;
  dead.dead = true;
  REQUIRE(f.engine->nack("q", *f.lease("q").lease, dead, f.now, f.wall).ok());
  f.settle();
  CHECK(f.queue("q").stored() == 0);
  CHECK(f.pop("q.dead") == "bad");
}

TEST_CASE("max_attempts and dead_letter go together, and not in a circle") {
  QueueFixture f;
  QueueConfig config;
  config.name = "q";
  config.max_attempts = 2;
  CHECK_FALSE(f.engine->create(config, f.wall).ok());
  config.dead_letter = "q";
  CHECK_FALSE(f.engine->create(config, f.wall).ok());
  config.dead_letter = "r";
  CHECK(f.engine->create(config, f.wall).ok());
}
