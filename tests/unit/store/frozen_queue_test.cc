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

}  // namespace
}  // namespace syncq::test
