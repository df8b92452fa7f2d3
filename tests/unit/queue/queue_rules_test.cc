#include "tests/unit/queue/queue_fixture.h"

using namespace syncq;
using namespace syncq::test;

namespace {

QueueConfig named(const std::string& name) {
  QueueConfig config;
  config.name = name;
  return config;
}

}  // namespace

TEST_CASE("queues are listed by creation, and found by id and name") {
  QueueFixture f;
  Queue first = f.make(named("b"));
  f.wall += 5;
  QueueConfig config = named("a");
  config.ephemeral = true;
  Queue second = f.make(config);
  f.wall += 5;
  f.push("c", "x");
  auto all = f.all();
  REQUIRE(all.size() == 3);
  CHECK(all[0].config.name == "b");
  CHECK(all[1].config.name == "a");
  CHECK(all[2].config.name == "c");
  CHECK(f.queue(first.uuid.text()).config.name == "b");
  CHECK(f.queue(second.uuid.text()).config.ephemeral);
}

TEST_CASE("queues are listed bit by bit, each once, over both kinds") {
  QueueFixture f;
  std::vector<std::string> made;
  for (int i = 0; i < 20; ++i) {
    QueueConfig config = named("q" + std::to_string(i));
    config.ephemeral = i % 3 == 0;
    f.make(config);
    // Some of one millisecond, and some after the clock was set back.
    if (i % 2 == 0) f.wall += i == 10 ? -20 : 5;
  }
  std::vector<Queue> listed;
  QueueRank last;
  for (;;) {
    auto some = f.engine->list(last, 3);
    listed.insert(listed.end(), some.begin(), some.end());
    if (some.size() < 3) break;
    last = some.back().rank();
  }
  REQUIRE(listed.size() == 20);
  for (std::size_t i = 1; i < listed.size(); ++i) {
    CHECK(listed[i - 1].rank() < listed[i].rank());
  }
}

TEST_CASE("a name is taken once, over both kinds of queue") {
  QueueFixture f;
  QueueConfig config = named("a");
  config.ephemeral = true;
  f.make(config);
  CHECK(f.engine->create(named("a"), f.wall).refusal().code ==
        ErrorCode::kConflict);
  CHECK(f.engine->create(named("a b"), f.wall).refusal().code ==
        ErrorCode::kInvalidName);
}

TEST_CASE("a queue without a name gets one of its own") {
  QueueFixture f;
  Queue one = f.make({});
  Queue two = f.make({});
  CHECK(one.config.name != two.config.name);
  CHECK(f.queue(one.config.name).uuid == one.uuid);
}

TEST_CASE("the limits of a queue can change, and hold after a restart") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  for (const char* body : {"a", "b"}) f.push("q", body);
  QueueConfig config = f.queue("q").config;
  config.capacity = 1;
  CHECK(f.engine->configure("q", config).refusal().code ==
        ErrorCode::kAtCapacity);
  config.capacity = 2;
  config.overflow = Overflow::kReject;
  config.max_attempts = 1;
  CHECK(f.engine->configure("q", config).refusal().code ==
        ErrorCode::kBadRequest);
  config.dead_letter = "graves";
  REQUIRE(f.engine->configure("q", config).ok());
  f.settle();
  f.restart();
  CHECK_FALSE(f.engine->push("q", {}, f.now, f.wall).ok());
  REQUIRE(f.engine->nack("q", *f.lease("q").lease, {}, f.now, f.wall).ok());
  f.settle();
  CHECK(f.pop("graves") == "a");
  config.capacity.reset();
  REQUIRE(f.engine->configure("q", config).ok());
  f.abort();
  CHECK(f.queue("q").config.capacity == 2);
  CHECK_FALSE(f.engine->configure("none", config).ok());
}

TEST_CASE("a full queue drops its oldest message") {
  QueueFixture f;
  QueueConfig config = named("q");
  config.capacity = 2;
  f.make(config);
  for (const char* body : {"a", "b", "c"}) f.push("q", body);
  CHECK(f.queue("q").size == 2);
  CHECK(f.pop("q") == "b");
}

TEST_CASE("a full queue that rejects keeps what it has") {
  QueueFixture f;
  QueueConfig config = named("q");
  config.capacity = 1;
  config.overflow = Overflow::kReject;
  f.make(config);
  f.push("q", "a");
  Push more;
  more.body = "b";
  more.key = "k";
  CHECK(f.engine->push("q", more, f.now, f.wall).refusal().code ==
        ErrorCode::kAtCapacity);
  CHECK(f.pop("q") == "a");
  // The refused push has not used up its key.
  f.push("q", "b", more);
  CHECK(f.pop("q") == "b");
}

TEST_CASE("one idempotency key is one message for a day") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  Push push;
  push.key = "key";
  f.push("q", "a", push);
  f.push("q", "a", push);
  CHECK(f.queue("q").size == 1);
  f.restart();
  f.push("q", "a", push);
  CHECK(f.queue("q").size == 1);
  // Another queue, another key.
  f.push("r", "a", push);
  CHECK(f.queue("r").size == 1);
  f.advance(24h - kNano);
  f.push("q", "a", push);
  CHECK(f.queue("q").size == 1);
  f.advance(kNano);
  f.push("q", "a", push);
  CHECK(f.queue("q").size == 2);
}

TEST_CASE("a stream's repeats are told by their sequence numbers") {
  QueueFixture f;
  Push push;
  push.key = "stream";
  for (std::int64_t sequence : {1, 2, 3, 2, 3, 4}) {
    push.sequence = sequence;
    f.push("q", std::to_string(sequence), push);
  }
  CHECK(f.queue("q").size == 4);
  for (const char* body : {"1", "2", "3", "4"}) CHECK(f.pop("q") == body);
  // However long it is: else it would be forgotten for the bound's sake.
  CHECK(f.engine->keys() == 1);
}

TEST_CASE("a stream's key is remembered for a day after its last message") {
  QueueFixture f;
  Push push;
  push.key = "stream";
  for (std::int64_t sequence : {1, 2, 3}) {
    push.sequence = sequence;
    f.push("q", "x", push);
    f.advance(23h);
  }
  f.advance(1h - kNano);
  f.push("q", "again", push);
  CHECK(f.queue("q").size == 3);
  f.advance(2h);
  CHECK(f.engine->keys() == 0);
}

TEST_CASE("a delayed message is there at its time, at its old offset") {
  QueueFixture f;
  Push later;
  later.delay = 10s;
  f.push("q", "late", later);
  f.push("q", "now");
  CHECK(f.queue("q").size == 1);
  CHECK(f.queue("q").delayed == 1);
  f.advance(10s - kNano);
  CHECK(f.queue("q").size == 1);
  f.advance(kNano);
  CHECK(f.queue("q").delayed == 0);
  CHECK(f.pop("q") == "late");
}

TEST_CASE("a message is dropped when its time to live is over") {
  QueueFixture f;
  Push mortal;
  mortal.ttl = 5s;
  f.push("q", "mortal", mortal);
  f.push("q", "lasting");
  f.advance(5s - kNano);
  CHECK(f.peek("q", 0) == "mortal");
  // Before the tick that clears it away, it is no longer handed out.
  f.now += kNano;
  CHECK(f.pop("q") == "lasting");
  CHECK(f.queue("q").size == 0);
}

TEST_CASE("a deleted queue is gone with all it had, in small steps") {
  QueueFixture f;
  for (int i = 0; i < 1000; ++i) f.push("q", "x");
  f.lease("q");
  f.engine->destroy("q");
  f.engine->destroy("q");
  f.settle();
  CHECK(f.pop_refusal("q") == ErrorCode::kQueueNotFound);
  CHECK(f.database->pragma("SELECT count(*) FROM messages") > 0);
  for (int i = 0; i < 20; ++i) f.settle();
  for (const char* sql :
       {"SELECT count(*) FROM messages", "SELECT count(*) FROM hidden",
        "SELECT count(*) FROM counts", "SELECT count(*) FROM bins"}) {
    CHECK(f.database->pragma(sql) == 0);
  }
  // Nothing more to do: the loop may rest.
  auto next = f.engine->next_deadline();
  CHECK((!next || *next > f.now));
}

TEST_CASE("an emptied queue stays, and forgets its leases") {
  QueueFixture f;
  f.push("q", "a");
  f.push("q", "b");
  Delivered leased = f.lease("q");
  REQUIRE(f.engine->empty("q").ok());
  f.settle();
  CHECK(f.queue("q").size == 0);
  CHECK(f.queue("q").leased == 0);
  CHECK(f.engine->ack("q", *leased.lease, f.now).refusal().code ==
        ErrorCode::kExpired);
  f.push("q", "c");
  f.advance(1h);
  CHECK(f.queue("q").size == 1);
  CHECK(f.pop("q") == "c");
}
