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

struct Grouped : TempDir, QueueFixture {
  Grouped() : QueueFixture(static_cast<TempDir&>(*this) / "syncq.db") {
    Push push_in;
    push_in.group = "g";
    for (const char* body : {"a", "b", "c"}) push("q", body, push_in);
    lease_of_a = lease("q").lease;
  }
  // What comes out after a restart, in order.
  std::string rest() {
    restart();
    if (lease_of_a) REQUIRE(engine->ack("q", *lease_of_a, now).ok());
    settle();
    std::string all;
    while (queue("q").size > 0) all += pop("q");
    return all;
  }
  std::optional<Uuid> lease_of_a;
};

TEST_CASE("Groups in use keep all their rules") {
  Grouped f;
  CHECK(find_breaches(*f.database).empty());
  CHECK(f.queue("q").blocked == 2);
  REQUIRE(f.engine->empty("q").ok());
  f.push("q", "x");
  // It is cleared away bit by bit.
  for (int i = 0; i < 5; ++i) f.settle();
  CHECK(find_breaches(*f.database).empty());
}

TEST_CASE("What a damaged group blocks is given out all the same") {
  Grouped f;
  SECTION("the group is forgotten") {
    damage(f, "DELETE FROM message_groups");
    CHECK(mend(f) >= 1);
    CHECK(f.rest() == "bc");
  }
  SECTION("one of it is forgotten") {
    damage(f, "DELETE FROM message_groups WHERE place = 2");
    CHECK(mend(f) == 1);
    CHECK(f.rest() == "bc");
  }
  SECTION("the first is gone") {
    damage(f, "DELETE FROM hidden WHERE lease IS NOT NULL");
    f.lease_of_a.reset();
    CHECK(mend(f) >= 2);
    CHECK(f.rest() == "bc");
  }
  SECTION("a message knows no group") {
    damage(f, "UPDATE hidden SET in_group = NULL WHERE lease IS NULL");
    CHECK(mend(f) >= 1);
    CHECK(f.rest() == "bc");
  }
  SECTION("the count is wrong") {
    damage(f, "UPDATE queues SET blocked = 7, delayed = 1");
    CHECK(mend(f) == 1);
    CHECK(f.queue("q").blocked == 2);
    CHECK(f.rest() == "bc");
  }
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
