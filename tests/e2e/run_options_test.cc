// The options of `syncq run`, and its own failures.

#include <catch2/catch.hpp>
#include <thread>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("run -n does not wait") {
  Sandbox box;
  CHECK(box.ok("syncq run -n q -- echo free") == "free");
  Process holder = box.hold_turn("q");
  Outcome outcome = box.sh("exec syncq run -n q -- touch ran");
  CHECK(outcome.code() == 75);
  CHECK_FALSE(outcome.err.empty());
  CHECK(box.waiting("q") == 0);
  Outcome quiet = box.sh("exec syncq run -n -q q -- touch ran");
  CHECK(quiet.code() == 75);
  CHECK(quiet.err.empty());
  CHECK_FALSE(exists(box.path("ran")));
  box.let_go(holder);
}

TEST_CASE("run -w waits that long and no longer") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  SECTION("and no longer") {
    Outcome outcome = box.sh("exec syncq run -w 0.2s q -- touch ran");
    CHECK(outcome.code() == 75);
    CHECK(box.waiting("q") == 0);
    CHECK_FALSE(exists(box.path("ran")));
  }
  SECTION("-E names another exit code") {
    CHECK(box.sh("exec syncq run -w 50ms -E 0 q -- false").code() == 0);
    CHECK(box.sh("exec syncq run -n -E 33 q -- true").code() == 33);
  }
  SECTION("a turn in time is a turn") {
    Process run = box.start("exec syncq run -w 10m q -- echo ran");
    REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
    box.let_go(holder);
    CHECK(run.wait().out == "ran\n");
  }
}

TEST_CASE(
    "run --on-wait runs its command once if there is a wait, else never") {
  Sandbox box;
  const std::string run =
      "exec syncq run -q --on-wait 'echo \"$1\" >>hook; cat; echo told' q -- "
      "sh -c 'echo ran; jobs; wait'";
  CHECK(box.sh(run).out == "ran\n");
  CHECK_FALSE(exists(box.path("hook")));
  Process holder = box.hold_turn("q");
  Process waiter = box.start(run);
  REQUIRE(eventually([&] { return exists(box.path("hook")); }));
  Process other = box.start("exec syncq run q -- true");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  box.let_go(holder);
  Outcome end = waiter.wait();
  CHECK(end.out == "ran\n");
  CHECK(end.err == "told\n");
  CHECK_THAT(
      read_file(box.path("hook")),
      Catch::StartsWith("waiting for q: 1st of 1") && Catch::EndsWith("\n"));
  CHECK(count_of(read_file(box.path("hook")), "waiting") == 1);
  CHECK(other.wait().code() == 0);
}

TEST_CASE(
    "run --notify runs SYNCQ_NOTIFY after a long wait, not after a short one",
    "[slow]") {
  Sandbox box;
  const int haste = box.hurry();
  const std::string run =
      "SYNCQ_NOTIFY='echo \"$1\" >>hook' exec syncq run --notify q -- true";
  CHECK(box.sh(run).code() == 0);
  CHECK_FALSE(exists(box.path("hook")));
  Process holder = box.hold_turn("q");
  Process waiter = box.start(run);
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(10100 / haste));
  box.let_go(holder);
  CHECK(waiter.wait().code() == 0);
  REQUIRE(eventually([&] {
    return Catch::StartsWith("got the turn of q after ")
        .match(read_file(box.path("hook")));
  }));
}

TEST_CASE("a wait timeout of the FIFO is 75 as well") {
  Sandbox box;
  box.ok("syncq fifo new --name q --wait-timeout 200ms");
  Process holder = box.hold_turn("q");
  CHECK(box.sh("exec syncq run q -- true").code() == 75);
  box.let_go(holder);
}

TEST_CASE(
    "run --slots makes a FIFO of so many, and other slots are a conflict") {
  Sandbox box;
  CHECK(box.ok("syncq run --slots 3 q -- sh -c 'echo $SYNCQ_SLOT'") == "0");
  CHECK(box.ok("syncq fifo show q -o json | jq .fifo.slots") == "3");
  Outcome other = box.sh("exec syncq run --slots 2 q -- true");
  CHECK(other.code() == 125);
  CHECK_THAT(other.err,
             Contains("FIFO 'q' has 3 slots, not 2: leave --slots out, or"));
  box.ok("syncq run q -- true");
}

TEST_CASE("a UUID that is no FIFO: 125, and none is made") {
  Sandbox box;
  Outcome outcome = box.sh(
      "exec syncq run 0f000000-0000-4000-8000-00000000000f -- touch ran");
  CHECK(outcome.code() == 125);
  CHECK_THAT(outcome.err, Contains("0f000000-0000-4000-8000-00000000000f"));
  CHECK(box.ok("syncq fifo ls -o json | jq .count.fifos") == "0");
  CHECK_FALSE(exists(box.path("ran")));
}

TEST_CASE("run by UUID, by fifo run, and with options after the name") {
  Sandbox box;
  CHECK(box.ok("id=$(syncq fifo new) && syncq run $id -- echo by uuid") ==
        "by uuid");
  CHECK(box.ok("syncq fifo run -u q -- echo long") == "long");
  CHECK(box.ok("syncq run q -n -- echo after") == "after");
}

TEST_CASE("usage errors are 2 and run nothing") {
  Sandbox box;
  for (const char* words :
       {"run", "run q", "run q echo hi", "run q --", "run -- true",
        "run --nosuch q -- true", "run -w 5 q -- true", "run -w -1s q -- true",
        "run -E 256 q -- true", "run --slots 0 q -- true",
        "run -n -w 1s q -- true", "run --kill-after 1s q -- true", "nosuch",
        "fifo nosuch", "fifo wait q"}) {
    INFO(words);
    Outcome outcome = box.sh(std::string("exec syncq ") + words);
    CHECK(outcome.code() == 2);
    CHECK(outcome.out.empty());
    CHECK_FALSE(outcome.err.empty());
  }
  CHECK(box.daemons_become(0));
}

TEST_CASE("a bad FIFO name is syncq's own failure") {
  Sandbox box;
  for (const char* name :
       {"'a b'", "a/b", "''", "\"$(printf 'n%.0s' $(seq 256))\""}) {
    Outcome outcome =
        box.sh(std::string("exec syncq run ") + name + " -- touch ran");
    INFO(name << ": " << outcome.err);
    CHECK((outcome.code() == 125 || outcome.code() == 2));
    CHECK_FALSE(exists(box.path("ran")));
  }
}

TEST_CASE("run --label and the command line show who holds the turn") {
  Sandbox box;
  CHECK(box.ok("syncq run --label 'my label' q -- syncq fifo show q -o json | "
               "jq -r '.tickets[0].label'") == "my label");
  CHECK(box.ok("syncq run q -- syncq fifo show q -o json | "
               "jq -r '.tickets[0].label'") == "syncq fifo show q -o json");
  CHECK(box.ok("syncq run q -- syncq fifo show q -o json | "
               "jq -r '.tickets[0].cwd'") == box.dir());
}

TEST_CASE("not a terminal: a line when the wait begins, one at the turn") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process told = box.start("exec syncq run q -- echo out");
  REQUIRE(eventually([&] { return !told.err().empty(); }));
  Process quiet = box.start("exec syncq run -q q -- echo out");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  box.let_go(holder);
  Outcome outcome = told.wait();
  CHECK(outcome.out == "out\n");
  std::vector<std::string> lines = lines_of(outcome.err);
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Contains("waiting for q: 1st of 1"));
  CHECK_THAT(lines[0], Contains("held by holder (pid "));
  CHECK_THAT(lines[1], Contains("got the turn of q"));
  CHECK(outcome.err.find('\x1b') == std::string::npos);
  Outcome silent = quiet.wait();
  CHECK(silent.out == "out\n");
  CHECK(silent.err.empty());
}

TEST_CASE("a run inside its own turn is refused") {
  Sandbox box;
  const std::string inner = GENERATE(
      "syncq run q -- touch ran", "env A=b sh -c 'syncq run q -- touch ran'",
      "syncq run other -- syncq run q -- touch ran",
      "syncq run --timeout 1m q -- touch ran");
  Outcome outcome = box.sh("exec syncq run q -- " + inner);
  CHECK(outcome.code() == 125);
  CHECK_THAT(outcome.err, Contains("inside the very turn"));
  CHECK_FALSE(exists(box.path("ran")));
  CHECK(box.ok("syncq run a -- syncq run b -- echo nested") == "nested");
  CHECK(box.ok("syncq run a -- syncq run --nested=within a -- "
               "sh -c 'echo $SYNCQ_SLOT'") == "0");
  CHECK(box.sh("syncq run a -- syncq run -n a -- true").code() == 75);
  CHECK(box.sh("syncq run --nested=within --timeout 1s a -- true").code() == 2);
}

TEST_CASE("a turn that is over refuses nothing") {
  Sandbox box;
  // What a command leaves behind still has its environment.
  CHECK(box.ok("SYNCQ_TURNS=$(syncq run q -- sh -c 'echo \"$SYNCQ_TURNS\"') "
               "syncq run q -- echo free") == "free");
}

TEST_CASE("a run inside its own turn that has other slots waits for one") {
  Sandbox box;
  box.ok("syncq fifo new --name q --slots 2");
  CHECK(box.ok("syncq run q -- syncq run q -- echo both") == "both");
  Outcome outcome =
      box.sh("exec syncq run q -- syncq run q -- syncq run -w 300ms q -- true");
  CHECK(outcome.code() == 75);
  CHECK_THAT(outcome.err, Contains("wait for itself"));
  // Another turn in between hides nothing.
  outcome = box.sh(
      "exec syncq run q -- syncq run q -- syncq run other -- "
      "syncq run -w 300ms q -- true");
  CHECK(outcome.code() == 75);
  CHECK(count_of(outcome.err, "wait for itself") == 1);
  outcome = box.sh(
      "exec syncq run one -- syncq run --nested=wait -w 300ms one -- true");
  CHECK(outcome.code() == 75);
}
