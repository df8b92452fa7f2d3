// A daemon that may open few files.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("a daemon with too few descriptors refuses to start and says so") {
  Sandbox box;
  for (const char* few : {"14", "16", "20"}) {
    Outcome outcome =
        box.sh(std::string("ulimit -n ") + few + "; exec syncq fifo new");
    INFO(few << ": " << outcome.err);
    CHECK(outcome.code() == 1);
    CHECK_THAT(outcome.err, Contains("`ulimit -n 24`"));
  }
  CHECK(box.daemons_become(0));
  // A soft limit is no obstacle.
  box.ok("ulimit -S -n 16; syncq fifo new");
}

TEST_CASE("all waiters at a daemon with few descriptors get their turn") {
  Sandbox box;
  box.ok("ulimit -n 24; syncq daemon start");
  box.ok(R"(
    for i in $(seq 40); do syncq run -q q -- sh -c 'echo >> ran' & done
    wait)",
         seconds(120));
  CHECK(box.ok("wc -l < ran") == "40");
}

TEST_CASE("a waiter that finds no room at the daemon waits for it", "[slow]") {
  Sandbox box;
  const int haste = box.hurry();
  box.ok("ulimit -n 24; syncq daemon start");
  Process holder = box.hold_turn("q");
  Process crowd = box.start(R"(
    for i in $(seq 40); do syncq run -q q -- sh -c 'echo >> ran' & done
    wait)");
  Process seen =
      box.start("sleep " + std::to_string(33.0 / haste) + "; echo > slept");
  REQUIRE(eventually([&] { return exists(box.path("slept")); }, seconds(60)));
  CHECK(crowd.running());
  box.let_go(holder);
  CHECK(crowd.wait(seconds(120)).code() == 0);
  CHECK(box.ok("wc -l < ran") == "40");
}
