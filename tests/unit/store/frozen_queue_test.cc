// The queues of stores of earlier versions.

#include "daemon/store/store_rules.h"
#include "tests/unit/queue/queue_fixture.h"
#include "tests/unit/store/frozen_store.h"

namespace syncq::test {
namespace {

TEST_CASE("A store of version 1 opens with its queues and messages") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  sqlite::Database(path).execute(kFrozenVersion1);
  QueueFixture f(path);
  CHECK(find_breaches(*f.database).empty());

  Queue jobs = f.queue("jobs");
  CHECK(jobs.config.capacity == 100);
  CHECK(jobs.config.overflow == Overflow::kReject);
  CHECK(jobs.config.max_attempts == 3);
  CHECK(jobs.config.dead_letter == "jobs.dead");
  CHECK(jobs.size == 39);
  CHECK(jobs.leased == 1);
  CHECK(jobs.delayed == 1);
  CHECK(f.peek("jobs", 20) == "job 23");
  // How old they are nobody knows.
  auto walk = f.engine->begin_walk("jobs", MessageState::kReady, 0, 1);
  REQUIRE(walk.ok());
  CHECK_FALSE(f.engine->walk(*walk, 1, f.now).at(0).message.pushed);
  CHECK(f.pop("jobs") == "job 3");
  Take newest;
  newest.end = QueueEnd::kTail;
  Delivered typed = f.take("jobs", newest);
  CHECK(typed.body == "typed");
  CHECK(typed.type == "text/plain");
  // Its key is remembered.
  Push again;
  again.key = "k1";
  f.push("jobs", "typed once more", again);
  CHECK(f.queue("jobs").size == 37);
  CHECK(f.pop("mail") == std::string("\0\xff bytes", 8));
  CHECK(f.pop("old") == "new");
  // The delayed one is due first, the leased one later.
  f.advance(6h);
  CHECK(f.pop_tail("jobs") == "later");
  f.advance(300h);
  CHECK(f.queue("jobs").leased == 0);
  CHECK(f.pop("jobs") == "job 1");
}

TEST_CASE("A store of version 2 opens with its queues and messages") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  sqlite::Database(path).execute(kFrozenVersion2);
  QueueFixture f(path);
  CHECK(find_breaches(*f.database).empty());

  Queue jobs = f.queue("jobs");
  CHECK(jobs.config.capacity == 100);
  CHECK(jobs.config.overflow == Overflow::kReject);
  CHECK(jobs.config.max_attempts == 2);
  CHECK(jobs.config.dead_letter == "failed");
  CHECK(jobs.size == 38);
  CHECK(jobs.leased == 1);
  CHECK(jobs.delayed == 1);
  CHECK(f.peek("jobs", 20) == "job 24");
  CHECK(f.take("jobs").body == "job 4");
  Take newest;
  newest.end = QueueEnd::kTail;
  CHECK(f.take("jobs", newest).type == "text/plain");
  // Queues are listed by their age.
  CHECK(f.all().front().config.name == "jobs");

  // Two dead letters, of which one is leased out.
  CHECK(f.queue("failed").leased == 1);
  Delivered dead = f.take("failed");
  CHECK(dead.body == "job 2");
  REQUIRE(dead.dead);
  CHECK(dead.dead->queue == "jobs");
  CHECK(dead.dead->attempts == 2);
  CHECK(dead.dead->reason.empty());
  CHECK(dead.dead->since == 1'700'000'001'000);

  // Keys are remembered, of streams up to where they came.
  Push again;
  again.key = "k1";
  f.push("jobs", "typed once more", again);
  CHECK(f.queue("jobs").size == 36);
  again.key = "s";
  again.sequence = 3;
  f.push("lines", "line 3 once more", again);
  again.sequence = 4;
  f.push("lines", "line 4", again);
  CHECK(f.queue("lines").size == 4);
  CHECK(f.pop("mail") == std::string("\0\xff bytes", 8));
  CHECK(f.pop("old") == "new");
  // The delayed one is due first, the leased ones later.
  f.advance(6h);
  CHECK(f.pop_tail("jobs") == "later");
  f.advance(300h);
  CHECK(f.queue("jobs").leased == 0);
  CHECK(f.pop("jobs") == "job 3");
  Delivered reasoned = f.take("failed");
  CHECK(reasoned.body == "job 1");
  CHECK(reasoned.dead->reason == "no such file");
}

TEST_CASE("A store of version 3 or 4 opens with its queues and messages") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  sqlite::Database(path).execute(GENERATE(kFrozenVersion3, kFrozenVersion4));
  QueueFixture f(path);
  CHECK(find_breaches(*f.database).empty());

  Queue q = f.queue("q");
  CHECK(q.config.capacity == 10);
  CHECK(q.config.dead_letter == "dead");
  CHECK(q.size == 1);
  CHECK(q.leased == 1);
  CHECK(q.delayed == 1);
  CHECK_FALSE(q.config.has_limits());
  CHECK(f.queue("later").paused);
  CHECK(f.peek("q", 0) == "four");
  // What was before it has expired.
  Delivered dead = f.take("dead");
  CHECK(dead.body == "two");
  REQUIRE(dead.dead);
  CHECK(dead.dead->queue == "q");
  CHECK(dead.dead->reason == "it broke");
  // The delayed one is due, and the leased one had but one attempt.
  f.advance(300h);
  CHECK(f.queue("q").leased == 0);
  CHECK(f.pop("q") == "three");
  CHECK(f.pop("q") == "four");
  CHECK(f.take("dead").body == "one");
}

TEST_CASE("A store of version 4 opens with its queues and messages") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  sqlite::Database(path).execute(kFrozenSlots4);
  QueueFixture f(path);
  CHECK(find_breaches(*f.database).empty());

  Queue q = f.queue("q");
  CHECK(q.config.capacity == 10);
  CHECK(q.config.dead_letter == "dead");
  CHECK(q.config.max_attempts == 1);
  CHECK(q.size == 3);
  CHECK(q.leased == 1);
  CHECK(q.delayed == 1);
  CHECK(f.queue("halted").paused);
  Delivered dead = f.take("dead");
  CHECK(dead.body == "message 1");
  REQUIRE(dead.dead);
  CHECK(dead.dead->queue == "q");
  CHECK(dead.dead->reason == "no such file");
  // The delayed one is due, and the leased one had but one attempt.
  f.advance(300h);
  CHECK(f.queue("q").leased == 0);
  CHECK(f.pop("q") == "message 3");
  CHECK(f.pop("q") == "message 4");
  CHECK(f.pop("q") == "later");
  CHECK(f.take("q").type == "text/plain");
  CHECK(f.take("dead").body == "message 2");
}

TEST_CASE("A store of version 5 opens with its queues and messages") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  sqlite::Database(path).execute(kFrozenVersion5);
  QueueFixture f(path);
  CHECK(find_breaches(*f.database).empty());

  Queue q = f.queue("q");
  CHECK(q.config.in_flight == 3);
  CHECK(q.config.rate == Rate{100, 1s});
  CHECK(q.size == 2);
  CHECK(q.leased == 1);
  CHECK(q.delayed == 1);
  CHECK(q.blocked == 2);
  CHECK(f.take("free").body == "will die");
  CHECK(f.take("free").type == "text/plain");
  Delivered dead = f.take("dead");
  CHECK(dead.body == "b1");
  CHECK(dead.group == "bob");
  REQUIRE(dead.dead);
  CHECK(dead.dead->reason == "no such file");
  // The lease has ended, and with it the message's only attempt: the next of
  // its group can be had.
  CHECK(f.take("dead").body == "a1");
  CHECK(f.pop("q") == "a2");
  CHECK(f.queue("q").blocked == 0);
}

}  // namespace
}  // namespace syncq::test
