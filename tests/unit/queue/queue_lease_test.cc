#include "tests/unit/queue/queue_fixture.h"

using namespace syncq;
using namespace syncq::test;

TEST_CASE("a leased message is unavailable until it is acknowledged") {
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

TEST_CASE("an expired lease returns the message to its old offset") {
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

TEST_CASE("no lease ends because the daemon was down") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  f.push("q", "a");
  f.push("q", "b");
  Delivered ending = f.lease("q", 10s);
  Delivered lasting = f.lease("q", 1h);
  f.now += 59min;
  f.restart();
  CHECK(f.queue("q").leased == 2);
  f.advance(kLeastLease - kNano);
  CHECK(f.queue("q").leased == 2);

  SECTION("it can be acknowledged until it has had its time") {
    CHECK(f.engine->ack("q", *ending.lease, f.now).ok());
    CHECK(f.engine->ack("q", *lasting.lease, f.now).ok());
  }
  SECTION("a second restart gives it that time again") {
    f.restart();
    f.advance(kLeastLease - kNano);
    CHECK(f.queue("q").leased == 2);
  }
  SECTION("and no more than that") {
    f.advance(kNano);
    CHECK(f.queue("q").leased == 0);
    CHECK(f.lease("q").attempt == 2);
  }
}

TEST_CASE("delays and times to live go on while the daemon is down") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  Push later;
  later.delay = 10s;
  f.push("q", "late", later);
  Push mortal;
  mortal.ttl = 10s;
  f.push("q", "gone", mortal);
  f.now += 10s;
  f.restart();
  CHECK(f.pop("q") == "late");
  CHECK(f.pop_refusal("q") == ErrorCode::kEmpty);
}

TEST_CASE("a take that is repeated with its lease_id gets the same message") {
  QueueFixture f;
  for (const char* body : {"a", "b", "c"}) f.push("q", body);
  Take take;
  take.lease = 10s;
  take.lease_id = Uuid::random();
  CHECK(f.take("q", take).lease == take.lease_id);
  f.advance(6s);
  Delivered again = f.take("q", take);
  CHECK(again.body == "a");
  CHECK(again.attempt == 1);
  CHECK(again.lease == take.lease_id);
  CHECK(f.queue("q").leased == 1);

  SECTION("leased again") {
    f.advance(6s);
    CHECK(f.queue("q").leased == 1);
    f.advance(4s);
    CHECK(f.queue("q").leased == 0);
    CHECK(f.take("q", take).attempt == 2);
  }
  SECTION("through a restart") {
    TempDir dir;
    QueueFixture g(dir / "store.db");
    g.push("q", "a");
    g.take("q", take);
    g.restart();
    CHECK(g.take("q", take).body == "a");
  }
  SECTION("at an index, too") {
    auto third = f.engine->consume("q", 1, 1, f.now, take);
    REQUIRE(third.ok());
    CHECK(third->body == "a");
  }
  SECTION("but not another queue's") {
    f.push("r", "other");
    Delivered other = f.take("r", take);
    CHECK(other.body == "other");
    CHECK(other.lease != take.lease_id);
  }
  SECTION("and one parked twice takes one message") {
    take.lease_id = Uuid::random();
    REQUIRE(f.engine->empty("q").ok());
    f.wait("q", 7, 0s, take);
    f.wait("q", 8, 0s, take);
    f.push("q", "d");
    f.push("q", "e");
    CHECK(f.queue("q").leased == 1);
    CHECK(f.queue("q").size == 1);
  }
}

TEST_CASE("a message leased at an index returns to its offset") {
  QueueFixture f;
  for (const char* body : {"a", "b", "c"}) f.push("q", body);
  Take how;
  how.lease = 10s;
  auto leased = f.engine->consume("q", 1, 1, f.now, how);
  REQUIRE(leased.ok());
  CHECK(leased->body == "b");
  f.settle();
  CHECK(f.peek("q", 1) == "c");
  f.advance(10s);
  CHECK(f.peek("q", 1) == "b");
}

TEST_CASE("a message given back uncounted has lost no attempt") {
  QueueFixture f;
  QueueConfig config;
  config.name = "q";
  config.max_attempts = 1;
  config.dead_letter = "graves";
  f.make(config);
  f.push("q", "a");
  Nack unread;
  unread.uncounted = true;
  REQUIRE(f.engine->nack("q", *f.lease("q").lease, unread, f.now, f.wall).ok());
  f.settle();
  Delivered again = f.lease("q");
  CHECK(again.body == "a");
  CHECK(again.attempt == 1);
}

TEST_CASE("a message given back is dropped when its time to live is over") {
  QueueFixture f;
  Push mortal;
  mortal.ttl = 5s;
  f.push("other", "sooner", mortal);
  mortal.ttl = 10s;
  f.push("q", "later", mortal);
  Delivered message = f.lease("q", 60s);
  // With the sooner one goes the last reason to wake before the lease ends.
  f.advance(5s);
  REQUIRE(f.engine->nack("q", *message.lease, {}, f.now, f.wall).ok());
  f.settle();
  CHECK(f.engine->next_deadline() <= f.now + 5s);
  f.advance(5s);
  CHECK(f.queue("q").size == 0);
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
