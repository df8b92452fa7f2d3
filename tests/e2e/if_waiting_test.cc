// `--if-waiting`: what a newcomer does about one that waits already.

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <vector>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using Catch::Matchers::Contains;
using namespace syncq::e2e;

namespace {

// "q", whose turn is held, with one in line that logs `first`.
struct Busy : Sandbox {
  explicit Busy(const std::string& script = "echo first >> log")
      : holder(hold_turn("q")),
        first(start("exec syncq run -q q -- sh -c '" + script + "'")) {
    REQUIRE(eventually([&] { return waiting("q") == 1; }));
  }
  Process holder;
  Process first;
};

}  // namespace

TEST_CASE("run that skips gives up if one waits, and waits if none does") {
  Busy box;
  Outcome second = box.sh("syncq run q --if-waiting skip -- echo second");
  CHECK(second.code() == 75);
  CHECK(second.out == "");
  CHECK_THAT(second.err,
             Contains("run q: one waits for its turn in 'q' already"));
  CHECK(box.sh("syncq run q --if-waiting skip -E 0 -- false").code() == 0);
  CHECK(box.sh("syncq fifo ticket q --if-waiting skip").code() == 75);
  box.let_go(box.holder);
  CHECK(box.first.wait().code() == 0);
  CHECK(box.ok("syncq run q --if-waiting skip -- echo second") == "second");
}

TEST_CASE("run that replaces ends the wait of the last, and takes its place") {
  Busy box;
  Process second = box.start(
      "exec syncq run q --if-waiting=replace -- sh -c "
      "'echo second >> log'");
  Outcome first = box.first.wait();
  CHECK(first.code() == 75);
  Process third = box.start(
      "exec syncq run q --if-waiting=replace -- sh -c 'echo third >> log'");
  Outcome replaced = second.wait();
  CHECK(replaced.code() == 75);
  CHECK_THAT(replaced.err, Contains("one that came later has replaced it"));
  box.let_go(box.holder);
  CHECK(third.wait().code() == 0);
  CHECK(box.ok("cat log") == "third");
}

TEST_CASE("of a hundred triggers during a run one more runs", "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  std::vector<Process> triggers;
  for (int i = repetitions(100); i > 0; --i) {
    triggers.push_back(box.start(
        "exec syncq run -q q --if-waiting replace -- sh -c 'echo >> log'"));
  }
  REQUIRE(eventually([&] {
    return std::count_if(triggers.begin(), triggers.end(),
                         [](Process& each) { return each.running(); }) == 1;
  }));
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK_FALSE(exists(box.path("log")));
  box.let_go(holder);
  int ran = 0;
  for (Process& each : triggers) {
    const int code = each.wait().code();
    CHECK((code == 0 || code == 75));
    if (code == 0) ++ran;
  }
  CHECK(ran == 1);
  CHECK(box.ok("wc -l < log") == "1");
}

TEST_CASE("run that joins ends as the one that waits already does") {
  Busy box("sleep 0.2; echo first >> log; exit 3");
  std::vector<Process> joined;
  for (int i = 0; i < 3; ++i) {
    joined.push_back(
        box.start("exec syncq run q --if-waiting join -- touch ran"));
  }
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 4; }));
  // A restart of the daemon loses none of them.
  box.ok("syncq daemon restart");
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 4; }));
  box.let_go(box.holder);
  CHECK(box.first.wait().code() == 3);
  for (Process& each : joined) {
    Outcome end = each.wait();
    INFO(end.err);
    // The kernel tells how a command ended that run has become, or nobody does.
    CHECK((end.code() == 3 || end.code() == 125));
  }
  CHECK(box.ok("cat log") == "first");
  CHECK_FALSE(exists(box.path("ran")));
}

TEST_CASE("run that joins a supervised command knows how that ended") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process first =
      box.start("exec syncq run -q q --timeout 1m -- sh -c 'kill -TERM $$'");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  Process joined = box.start("exec syncq run q --if-waiting join -- touch ran");
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 2; }));
  box.let_go(holder);
  first.wait();
  CHECK(joined.wait().code() == 128 + SIGTERM);
}

TEST_CASE("run that joins goes with the one that replaces it") {
  Busy box;
  Process joined = box.start("exec syncq run q --if-waiting join -- touch ran");
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 2; }));
  Process second = box.start(
      "exec syncq run -q q --timeout 1m --if-waiting replace -- sh -c 'exit "
      "4'");
  CHECK(box.first.wait().code() == 75);
  box.let_go(box.holder);
  CHECK(second.wait().code() == 4);
  CHECK(joined.wait().code() == 4);
  CHECK_FALSE(exists(box.path("ran")));
}

TEST_CASE("run that joins says what became of one that had no turn") {
  Busy box;
  Process joined = box.start("exec syncq run q --if-waiting join -- true");
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 2; }));
  Outcome late = box.sh("syncq run q -w 200ms --if-waiting join -- true");
  CHECK(late.code() == 75);
  CHECK_THAT(late.err, Contains("did not end in time"));
  box.ok("syncq fifo cancel q 1");
  Outcome end = joined.wait();
  CHECK(end.code() == 75);
  CHECK_THAT(end.err, Contains("did not get its turn"));
}

TEST_CASE("run that settles runs once when no more triggers come") {
  Sandbox box;
  std::vector<Process> triggers;
  for (int i = 0; i < 5; ++i) {
    triggers.push_back(
        box.start("exec syncq run -q q --settle 500ms -- sh -c 'echo >> log'"));
  }
  REQUIRE(eventually([&] { return exists(box.path("log")); }));
  int ran = 0;
  for (Process& each : triggers) ran += each.wait().code() == 0 ? 1 : 0;
  CHECK(ran == 1);
  CHECK(box.ok("wc -l < log") == "1");
}

TEST_CASE("what settles is shown, and starts when it is moved to the front") {
  Sandbox box;
  Process run = box.start("exec syncq run q --settle 1h -- echo ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK_THAT(box.ok("syncq fifo show q"), Contains("settles in 59m"));
  box.ok("syncq fifo front q 1");
  CHECK(run.wait().out == "ran\n");
  CHECK(box.sh("syncq run q --at-most 1s -- true").code() == 2);
  CHECK(box.sh("syncq run q -n --settle 1s -- true").code() == 2);
}

TEST_CASE("run refuses policies that make no sense") {
  Sandbox box;
  CHECK(box.sh("syncq run q -n --if-waiting skip -- true").code() == 2);
  CHECK(box.sh("syncq run q --if-waiting drop -- true").code() == 2);
  CHECK(box.sh("syncq fifo ticket q --if-waiting join").code() == 2);
}
