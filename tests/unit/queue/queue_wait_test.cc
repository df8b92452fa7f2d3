#include "tests/unit/queue/queue_fixture.h"

using namespace syncq;
using namespace syncq::test;

namespace {

std::vector<std::string> bodies(const QueueFixture& f, ConnectionId caller) {
  std::vector<std::string> found;
  for (const Delivered& message : f.callers.told<Delivered>(caller)) {
    found.push_back(message.body);
  }
  return found;
}

void make_queue(QueueFixture& f) {
  QueueConfig config;
  config.name = "q";
  f.make(config);
}

}  // namespace

TEST_CASE("parked callers are served in the order of their arrival") {
  QueueFixture f;
  make_queue(f);
  for (ConnectionId caller : {11, 12, 13}) f.wait("q", caller);
  f.push("q", "a");
  f.push("q", "b");
  CHECK(bodies(f, 11) == std::vector<std::string>{"a"});
  CHECK(bodies(f, 12) == std::vector<std::string>{"b"});
  CHECK(bodies(f, 13).empty());
  CHECK(f.engine->parked() == 1);
}

TEST_CASE("nobody overtakes a parked caller within a transaction") {
  QueueFixture f;
  make_queue(f);
  f.wait("q", 11);
  Push push;
  push.body = "a";
  REQUIRE(f.engine->push("q", push, f.now, f.wall).ok());
  auto other = f.engine->take("q", {}, 12, f.now);
  CHECK_FALSE(other.ok());
  f.settle();
  CHECK(bodies(f, 11) == std::vector<std::string>{"a"});
}

TEST_CASE("a caller that has left never takes a message") {
  QueueFixture f;
  make_queue(f);
  f.wait("q", 11);
  f.wait("q", 12);
  SECTION("seen to close") { f.engine->caller_gone(11); }
  SECTION("not yet seen to close") { f.callers.dead.insert(11); }
  f.push("q", "a");
  CHECK(bodies(f, 11).empty());
  CHECK(bodies(f, 12) == std::vector<std::string>{"a"});
}

TEST_CASE("a wait ends empty at its time") {
  QueueFixture f;
  make_queue(f);
  f.wait("q", 11, 5s);
  f.advance(5s - kNano);
  CHECK_FALSE(f.callers.ended(11));
  f.advance(kNano);
  CHECK(f.callers.ended(11) == ErrorCode::kEmpty);
  f.push("q", "a");
  CHECK(f.pop("q") == "a");
}

TEST_CASE("a parked caller gets what comes back, and its own lease") {
  QueueFixture f;
  f.push("q", "a");
  f.lease("q", 10s);
  Take leased;
  leased.lease = 1min;
  f.wait("q", 11, 0s, leased);
  f.advance(10s);
  REQUIRE(bodies(f, 11) == std::vector<std::string>{"a"});
  Delivered got = f.callers.told<Delivered>(11).front();
  CHECK(got.attempt == 2);
  REQUIRE(got.lease);
  CHECK(f.engine->ack("q", *got.lease, f.now).ok());
}

TEST_CASE("a delayed message wakes a parked caller") {
  QueueFixture f;
  make_queue(f);
  f.wait("q", 11);
  Push later;
  later.delay = 3s;
  f.push("q", "a", later);
  REQUIRE(f.engine->next_deadline());
  CHECK(*f.engine->next_deadline() == f.now + 3s);
  f.advance(3s);
  CHECK(bodies(f, 11) == std::vector<std::string>{"a"});
}

TEST_CASE("deleting a queue answers its parked callers") {
  QueueFixture f;
  make_queue(f);
  f.wait("q", 11);
  f.engine->destroy("q");
  f.settle();
  CHECK(f.callers.ended(11) == ErrorCode::kQueueNotFound);
}

TEST_CASE("the message of an aborted transaction goes to the next waiter") {
  QueueFixture f;
  make_queue(f);
  f.push("q", "a");
  // Served, and then the commit fails: 11 is answered with that error.
  auto first = f.engine->take("q", {}, 11, f.now);
  REQUIRE(first.ok());
  Take waiting;
  waiting.wait = 0s;
  REQUIRE(f.engine->take("q", waiting, 12, f.now).ok());
  f.abort();
  f.settle();
  CHECK(bodies(f, 12) == std::vector<std::string>{"a"});
}

TEST_CASE("a daemon that goes down answers its waiters") {
  QueueFixture f;
  make_queue(f);
  f.wait("q", 11);
  f.engine->dismiss_callers({ErrorCode::kShuttingDown, "bye"});
  CHECK(f.callers.ended(11) == ErrorCode::kShuttingDown);
  CHECK(f.engine->parked() == 0);
}

TEST_CASE("a caller that is gone already takes no message") {
  QueueFixture f;
  f.push("q", "a");
  f.push("q", "b");
  f.callers.dead.insert(11);
  Take leased;
  leased.lease = 1min;
  Take tail;
  tail.end = QueueEnd::kTail;
  Take waiting;
  waiting.wait = 1min;
  for (const Take& how : {Take{}, leased, tail, waiting}) {
    auto message = f.engine->take("q", how, 11, f.now);
    REQUIRE_FALSE(message.ok());
    CHECK(message.refusal().code == ErrorCode::kBadRequest);
  }
  CHECK_FALSE(f.engine->consume("q", 1, 11, f.now).ok());
  f.settle();
  CHECK(f.queue("q").size == 2);
  CHECK(f.queue("q").leased == 0);
  CHECK(f.engine->parked() == 0);
  CHECK(f.pop("q") == "a");
}
