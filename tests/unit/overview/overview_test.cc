// GET /overview: what it shows, in which order, and its bounds.

#include "tests/unit/overview/overview_fixture.h"

namespace syncq::test {
namespace {

using nlohmann::json;

TEST_CASE("An overview has who holds, who waits, and the queues") {
  OverviewFixture f;
  f.make_fifo("deploy");
  f.hold("deploy", 1, "make deploy");
  f.hold("deploy", 2, "make again");
  f.hold("deploy", 3, "the third");
  f.queues.push("jobs", "one");
  f.queues.push("jobs", "two");
  f.queues.lease("jobs");
  f.advance(2s);
  json all = f.look();
  REQUIRE(all["fifos"].size() == 1);
  const json& fifo = all["fifos"][0];
  CHECK(fifo["name"] == "deploy");
  CHECK(fifo["held"] == 1);
  CHECK(fifo["waiting"] == 2);
  CHECK(fifo["fence"] == 1);
  // The first one that waits, unless more are asked for.
  CHECK(each(fifo["tickets"], "label") ==
        std::vector<json>{"make deploy", "make again"});
  CHECK(each(fifo["tickets"], "place") == std::vector<json>{0, 1});
  CHECK(fifo["tickets"][0]["state_ms"] == 2000);
  REQUIRE(all["queues"].size() == 1);
  const json& queue = all["queues"][0];
  CHECK(queue["name"] == "jobs");
  CHECK(queue["size"] == 1);
  CHECK(queue["leased"] == 1);
  CHECK(queue["in"] == 2);
  CHECK(queue["out"] == 0);
  CHECK(queue["in_per_s"] == nullptr);
  CHECK(all["more"] ==
        json{{"fifos", false}, {"queues", false}, {"tickets", false}});

  CHECK(f.look({.waiting = 0})["fifos"][0]["tickets"].size() == 1);
  CHECK(f.look({.waiting = 9})["fifos"][0]["tickets"].size() == 3);
}

TEST_CASE("What is in use comes first in an overview") {
  OverviewFixture f;
  f.make_fifo("idle");
  f.make_fifo("used");
  f.make_fifo("also-idle");
  f.make_fifo("used-too");
  f.hold("used", 1);
  f.hold("used-too", 2);
  f.make_queue("empty");
  f.queues.push("full", "one");
  json all = f.look();
  CHECK(each(all["fifos"], "name") ==
        std::vector<json>{"used", "used-too", "idle", "also-idle"});
  CHECK(each(all["queues"], "name") == std::vector<json>{"full", "empty"});

  all = f.look({.limit = 3});
  CHECK(all["fifos"].size() == 3);
  CHECK(all["more"]["fifos"] == true);
  CHECK(all["more"]["queues"] == false);
  all = f.look({.limit = 1});
  CHECK(each(all["fifos"], "name") == std::vector<json>{"used"});
  CHECK(each(all["queues"], "name") == std::vector<json>{"full"});
  CHECK(all["more"] ==
        json{{"fifos", true}, {"queues", true}, {"tickets", false}});
}

TEST_CASE("An overview of one name has the FIFO and the queue of that name") {
  OverviewFixture f;
  f.make_fifo("other");
  f.make_fifo("both");
  f.queues.push("both", "one");
  f.queues.push("jobs", "one");
  json both = f.look({.only = "both"});
  CHECK(each(both["fifos"], "name") == std::vector<json>{"both"});
  CHECK(each(both["queues"], "name") == std::vector<json>{"both"});
  json jobs = f.look({.only = "jobs"});
  CHECK(jobs["fifos"].empty());
  CHECK(jobs["queues"].size() == 1);
  CHECK(f.look({.only = "no name"})["queues"].empty());
}

TEST_CASE("An overview has no more tickets than its limit") {
  OverviewFixture f;
  f.make_fifo("wide", 3);
  f.make_fifo("next");
  for (ConnectionId caller = 1; caller <= 5; ++caller) {
    f.hold("wide", caller);
  }
  f.hold("next", 6);
  json all = f.look({.limit = 2, .waiting = 9});
  CHECK(all["fifos"][0]["tickets"].size() == 2);
  CHECK(all["fifos"][0]["held"] == 3);
  CHECK(all["fifos"][1]["tickets"].empty());
  CHECK(all["more"]["tickets"] == true);
  all = f.look({.limit = 6, .waiting = 9});
  CHECK(all["more"]["tickets"] == false);
  // Left out because nobody asked for them: those are no more.
  CHECK(f.look({.limit = 6, .waiting = 0})["more"]["tickets"] == false);
}

TEST_CASE("An overview of many is made in steps") {
  OverviewFixture f;
  for (int i = 0; i < 120; ++i) {
    std::string name = "used" + std::to_string(i);
    f.make_fifo(name);
    f.hold(name, 1 + static_cast<ConnectionId>(i));
  }
  for (int i = 0; i < 250; ++i) {
    f.make_fifo("idle" + std::to_string(i));
    f.make_queue("q" + std::to_string(i));
  }
  int steps = 0;
  json all = f.look({.limit = 1000}, &steps);
  CHECK(all["fifos"].size() == 370);
  CHECK(all["queues"].size() == 250);
  CHECK(steps >= 7);
}

TEST_CASE(
    "A FIFO whose state changes while an overview is made is in it once") {
  OverviewFixture f;
  for (int i = 0; i < 60; ++i) f.make_fifo("used" + std::to_string(i));
  for (int i = 0; i < 60; ++i) {
    f.hold("used" + std::to_string(i), 1 + static_cast<ConnectionId>(i));
  }
  f.make_fifo("idle");
  Overview overview(*f.fifos.engine, *f.queues.engine, f.rates,
                    {.limit = 1000, .waiting = 1, .only = ""});
  CHECK(overview.step(f.now));
  f.fifos.gone(1);
  f.make_fifo("fresh");
  while (overview.step(f.now)) {
  }
  JsonObject object;
  overview.add_to(object);
  auto names = each(json::parse(object.text())["fifos"], "name");
  CHECK(names.size() == 62);
  CHECK(std::set<json>(names.begin(), names.end()).size() == 62);
}

TEST_CASE("A destroyed FIFO hides none behind it from an overview") {
  OverviewFixture f;
  f.make_fifo("idle");
  f.make_fifo("gone");
  f.make_fifo("there");
  f.hold("gone", 1);
  f.hold("there", 2);
  // Its tickets are ended in the next iteration.
  REQUIRE(f.fifos.engine->destroy("gone").ok());
  // What is in use comes first.
  CHECK(each(f.look({.limit = 1})["fifos"], "name") ==
        std::vector<json>{"there"});
}

TEST_CASE("Many destroyed FIFOs are passed over in steps, too") {
  OverviewFixture f;
  for (int i = 0; i < 100; ++i) {
    std::string name = "gone" + std::to_string(i);
    f.make_fifo(name);
    f.hold(name, 1 + static_cast<ConnectionId>(i));
  }
  for (int i = 0; i < 100; ++i) {
    REQUIRE(f.fifos.engine->destroy("gone" + std::to_string(i)).ok());
  }
  f.make_fifo("there");
  f.hold("there", 1000);
  int steps = 0;
  CHECK(each(f.look({}, &steps)["fifos"], "name") ==
        std::vector<json>{"there"});
  CHECK(steps >= 10);
}

TEST_CASE("An overview's fingerprint tells all but what time alone changes") {
  OverviewFixture f;
  f.make_fifo("deploy");
  f.hold("deploy", 1);
  f.queues.push("jobs", "one");
  std::set<std::uint64_t> seen;
  auto is_new = [&] {
    f.look();
    return seen.insert(f.fingerprint).second;
  };
  CHECK(is_new());
  f.advance(500ms);
  CHECK_FALSE(is_new());
  f.hold("deploy", 2);
  CHECK(is_new());
  f.fifos.gone(1);
  CHECK(is_new());
  REQUIRE(f.fifos.engine->pause("deploy", true, f.now).ok());
  CHECK(is_new());
  f.queues.push("jobs", "two");
  CHECK(is_new());
  // The size is as before, but not what came and went.
  f.queues.pop("jobs");
  f.queues.push("jobs", "three");
  CHECK(is_new());
  f.queues.lease("jobs");
  CHECK(is_new());
}

}  // namespace
}  // namespace syncq::test
