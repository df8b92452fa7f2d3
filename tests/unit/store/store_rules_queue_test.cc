// The same for queues.

#include "daemon/store/store_rules.h"
#include "tests/unit/queue/queue_fixture.h"
#include "tests/unit/store/store_damage.h"

namespace syncq::test {
namespace {

TEST_CASE("Queues in use keep all their rules") {
  QueueFixture f;
  for (int i = 0; i < 100; ++i) f.push("q", std::to_string(i));
  f.lease("q");
  f.pop("q");
  REQUIRE(f.engine->empty("q").ok());
  f.push("q", "x");
  CHECK(find_breaches(*f.database).empty());
}

TEST_CASE("Messages that a queue counts wrong are counted again") {
  QueueFixture f;
  for (int i = 0; i < 70; ++i) f.push("q", std::to_string(i));
  damage(f, GENERATE("UPDATE queues SET size = 5", "UPDATE queues SET size = 0",
                     "DELETE FROM counts",
                     "UPDATE queues SET size = 99; DELETE FROM counts",
                     "INSERT INTO counts SELECT bin, 4, 7, 3 FROM queues"));
  CHECK(mend(f) >= 1);
  CHECK(f.queue("q").size == 70);
  CHECK(f.peek("q", 0) == "0");
  CHECK(f.peek("q", 40) == "40");
  CHECK(f.peek("q", 69) == "69");
}

TEST_CASE("A queue whose messages are gone is empty") {
  QueueFixture f;
  f.push("q", "x");
  damage(f, "DELETE FROM messages");
  CHECK(mend(f) >= 1);
  CHECK(f.queue("q").size == 0);
  f.push("q", "y");
  CHECK(f.pop("q") == "y");
}

TEST_CASE("A queue whose next offset is taken takes messages again") {
  QueueFixture f;
  for (int i = 0; i < 3; ++i) f.push("q", std::to_string(i));
  f.lease("q");
  damage(f, "UPDATE queues SET next_place = 1");
  CHECK(mend(f) == 1);
  f.push("q", "new");
  CHECK(f.pop_tail("q") == "new");
}

TEST_CASE("Leased and delayed messages that are counted wrong, too") {
  QueueFixture f;
  f.push("q", "a");
  f.push("q", "b");
  f.lease("q");
  damage(f, "UPDATE queues SET leased = 7, delayed = 3");
  CHECK(mend(f) == 1);
  CHECK(f.queue("q").leased == 1);
  CHECK(f.queue("q").delayed == 0);
}

TEST_CASE("A limit that there is not is taken away by force alone") {
  QueueFixture f;
  QueueConfig config;
  config.name = "q";
  config.in_flight = 2;
  config.rate = {10, 1s};
  f.make(config);
  f.push("q", "a");
  damage(f, GENERATE("UPDATE queues SET in_flight = -1",
                     "UPDATE queues SET rate = -1",
                     "UPDATE queues SET rate = 1000001",
                     "UPDATE queues SET rate_per = 0",
                     "UPDATE queues SET rate_per = -5"));
  check_refused(f, "a limit that there is not");
  CHECK_FALSE(f.queue("q").config.rate);
  CHECK(f.pop("q") == "a");
}

TEST_CASE("What a queue still has is not cleared away") {
  TempDir dir;
  QueueFixture f(dir / "syncq.db");
  f.push("q", "a");
  damage(f, GENERATE("UPDATE bins SET purge = 1", "DELETE FROM bins"));
  CHECK(mend(f) == 1);
  f.restart();
  CHECK(f.pop("q") == "a");
}

}  // namespace
}  // namespace syncq::test
