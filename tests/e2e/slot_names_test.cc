// Slots that have names.

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

TEST_CASE("a command is told the names of its slots") {
  Sandbox box;
  const std::string told = " -- sh -c 'echo $SYNCQ_SLOT $SYNCQ_SLOTS'";
  CHECK(box.ok("syncq run gpu --slots cuda0,cuda1" + told) == "cuda0 cuda0");
  CHECK(box.ok("syncq run gpu --take 2" + told) == "cuda0 cuda0,cuda1");
  CHECK(box.ok("syncq run --slots 4,5 gpus -- syncq run gpus" + told) == "5 5");
  box.ok("syncq fifo new --name one --slots license");
  CHECK(box.ok("syncq run one" + told) == "license license");
  CHECK(box.ok("syncq fifo wait gpu $(syncq fifo ticket gpu --take 2) -o json"
               " | jq -c '[.slot, .slots, .slot_names]'") ==
        R"([0,[0,1],["cuda0","cuda1"]])");
}

TEST_CASE("slots are shown, killed and set by their names, through a crash") {
  Sandbox box;
  box.ok("syncq fifo new --name gpu --slots a,b,c");
  Process zero = box.start("exec syncq run gpu --slots a,b,c -- sleep 1000");
  REQUIRE(
      eventually([&] { return box.get("/fifo/gpu")["fifo"]["held"] == 1; }));
  Process both = box.start("exec syncq run gpu --take 2 -- sleep 1000");
  REQUIRE(
      eventually([&] { return box.get("/fifo/gpu")["fifo"]["held"] == 2; }));
  kill(box.daemon_pid(), SIGKILL);
  CHECK_THAT(box.ok("syncq ps"),
             Contains("slot a ") && Contains("slots b,c, takes 2"));
  CHECK_THAT(box.ok("syncq fifo show gpu"), Contains("a,b,c"));
  CHECK(box.ok("syncq fifo show gpu --format "
               "'{fifo.slot_names} {slots} {slot_names}'") ==
        "a,b,c 0 a\na,b,c 1,2 b,c");
  CHECK(box.ok("syncq ls -o json | jq -c .fifos[0].slot_names") ==
        R"(["a","b","c"])");
  CHECK(
      box.ok(
          "syncq __complete fish fifo kill gpu '' | cut -f1 | tr '\\n' ' '") ==
      "words a b c ");

  Outcome moved = box.sh("syncq fifo set gpu --slots b,a");
  CHECK(moved.code() == 1);
  CHECK_THAT(moved.err, Contains("slot a is held") && !Contains("--slots"));
  box.ok("syncq fifo set gpu --slots a,b,c,d");
  CHECK(box.ok("syncq run gpu -- sh -c 'echo $SYNCQ_SLOT'") == "d");
  CHECK(box.sh("syncq fifo kill gpu d").code() == 1);
  box.ok("syncq fifo kill gpu c -k 10s");
  CHECK(both.wait().signal() == SIGTERM);
  box.ok("syncq fifo kill gpu a");
  CHECK(zero.wait().signal() == SIGTERM);
}

TEST_CASE("lists of slots that can't be are refused") {
  Sandbox box;
  for (const char* slots : {"0", "2x", "a,a", "a,b/c", "a,", "1.5"}) {
    INFO(slots);
    for (const char* command :
         {"syncq run q --slots ", "syncq fifo new --slots ",
          "syncq fifo set q --slots "}) {
      Outcome refused = box.sh(command + std::string(slots) + " -- true");
      CHECK(refused.code() == 2);
      CHECK_THAT(refused.err, Contains("--slots"));
    }
  }
  box.ok("syncq run q --slots a,b -- true");
  std::string url = "curl -s --unix-socket s -X POST 'http://localhost/fifo/";
  CHECK_THAT(box.ok(url + "new?slots=a,a'"),
             Contains("invalid_name") && Contains("two are called"));
  CHECK_THAT(box.ok(url + "q/set?slots=1.5'"), Contains("invalid_number"));
  CHECK_THAT(box.ok(url + "q/hold?create=true&slots=b,a'"),
             Contains("conflict") && Contains("has slots a,b"));
  Outcome other = box.sh("syncq run q --slots b,a -- true");
  CHECK(other.code() == 125);
  CHECK_THAT(other.err, Contains("has slots a,b, not b,a: leave --slots"));
}
