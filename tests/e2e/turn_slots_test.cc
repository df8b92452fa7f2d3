// Turns that take several of a FIFO's slots.

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

namespace {

// Says which slots it has, and runs until `go` is there.
std::string run_until_go(const std::string& options, const std::string& name) {
  return "exec syncq run " + options + " q -- sh -c 'echo $SYNCQ_SLOTS >" +
         name + "; while ! test -e go; do sleep 0.05; done'";
}

bool has_begun(const Sandbox& box, const std::string& name) {
  return eventually([&] { return exists(box.path(name)); });
}

}  // namespace

TEST_CASE("a command has several slots at once and is told all of them") {
  Sandbox box;
  CHECK(box.ok("syncq run q -- sh -c 'echo $SYNCQ_SLOT $SYNCQ_SLOTS'") ==
        "0 0");
  box.ok("syncq fifo set q --slots 8");
  CHECK(box.ok("syncq run q --take 3 -- sh -c "
               "'echo $SYNCQ_SLOT $SYNCQ_SLOTS; "
               "syncq run q --slots 8 --take=2 -- sh -c "
               "\"echo \\$SYNCQ_SLOT \\$SYNCQ_SLOTS\"'") == "0 0,1,2\n3 3,4");
  CHECK_THAT(box.ok("syncq history -o json"), Contains("\"take\":3"));
  CHECK(box.ok("syncq fifo wait q $(syncq fifo ticket q --take 2) -o json | "
               "jq -c '[.slot, .slots]'") == "[0,[0,1]]");
}

TEST_CASE("the first waits for all its slots and nobody passes it") {
  Sandbox box;
  Process first = box.start(run_until_go("--slots 3 --take 2", "first"));
  REQUIRE(has_begun(box, "first"));
  Process second = box.start("exec syncq run --take 2 q -- touch second");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(box.sh("syncq run -n q -- true").code() == 75);
  CHECK(box.ok("syncq run -n --priority 1 q -- sh -c 'echo $SYNCQ_SLOTS'") ==
        "2");
  CHECK_THAT(box.ok("syncq fifo show q"), Contains("2 of 3, by 1 ticket\n") &&
                                              Contains("accepted, takes 2") &&
                                              Contains("waiting, takes 2"));
  CHECK_THAT(box.ok("syncq ps"), Contains("slots 0,1, takes 2"));
  CHECK(box.ok("syncq fifo show q --format '{state} {take} {slots}'") ==
        "accepted 2 0,1\nwaiting 2 ");
  // It is killed by any of its slots.
  CHECK(box.sh("syncq fifo kill q 2").code() == 1);
  box.ok("syncq fifo kill q 1");
  CHECK(first.wait().signal() == SIGTERM);
  CHECK(second.wait().code() == 0);
  CHECK(exists(box.path("second")));
}

TEST_CASE("slots that were taken together are so after a crash") {
  Sandbox box;
  Process first = box.start(run_until_go("--slots 4", "first"));
  REQUIRE(has_begun(box, "first"));
  // One becomes its command, one stays its parent and comes back.
  Process second = box.start(run_until_go("--take 2", "second"));
  REQUIRE(has_begun(box, "second"));
  kill(box.daemon_pid(), SIGKILL);
  Process third = box.start(run_until_go("--take 1 --timeout 1000s", "third"));
  REQUIRE(has_begun(box, "third"));
  kill(box.daemon_pid(), SIGKILL);
  Process last = box.start("exec syncq run --take 4 q -- touch last");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(box.ok("cat first second third") == "0\n1,2\n3");
  CHECK(box.ok("syncq fifo show q --format '{slots}'") == "0\n1,2\n3\n");
  CHECK(box.get("/fifo/q")["fifo"]["slots_taken"] == 4);
  CHECK_FALSE(exists(box.path("last")));
  box.ok("touch go");
  for (Process* each : {&first, &second, &third, &last}) {
    CHECK(each->wait().code() == 0);
  }
  CHECK(exists(box.path("last")));
}

TEST_CASE("slots that can't be had are refused in words that help") {
  Sandbox box;
  box.ok("syncq fifo new --name q --slots 2");
  for (const char* line :
       {"syncq run --take 3 q -- true", "syncq run --take 2 new-one -- true"}) {
    INFO(line);
    Outcome refused = box.sh(line);
    CHECK(refused.code() == 125);
    CHECK_THAT(refused.err, Contains("too few to take") &&
                                Contains("--slots") && !Contains("/fifo/"));
  }
  CHECK(box.get("/fifo")["count"]["fifos"] == 1);
  Outcome ticket = box.sh("syncq fifo ticket q --take 3");
  CHECK(ticket.code() == 1);
  CHECK_THAT(ticket.err, Contains("FIFO q has 2 slots, too few to take 3"));
  for (const char* line :
       {"syncq run --take 2 --shared q -- true",
        "syncq fifo ticket q --shared --take 2", "syncq run --take 0 q -- true",
        "syncq run --take 1025 q -- true"}) {
    INFO(line);
    Outcome refused = box.sh(line);
    CHECK(refused.code() == 2);
    CHECK_THAT(refused.err, Contains("--take"));
  }
  for (const char* path : {"ticket?", "hold?create=true&"}) {
    std::string url =
        "curl -s --unix-socket s -X POST 'http://localhost/fifo/q/";
    url += path;
    CHECK_THAT(box.ok(url + "take=0'"),
               Contains("invalid_number") && Contains("take"));
    CHECK_THAT(box.ok(url + "take=3'"), Contains("too_few_slots"));
    CHECK_THAT(box.ok(url + "take=2&shared=true'"), Contains("bad_request"));
  }
}

TEST_CASE("slots that somebody waits for stay") {
  Sandbox box;
  box.ok("syncq fifo new --name q --slots 2");
  box.ok("syncq fifo ticket q; syncq fifo ticket q --take 2 >t");
  Outcome refused = box.sh("syncq fifo set q --slots 1");
  CHECK(refused.code() == 1);
  CHECK_THAT(refused.err, Contains(box.ok("cat t")) &&
                              Contains("syncq fifo cancel q") &&
                              !Contains("/fifo/"));
  box.ok("syncq fifo cancel q $(cat t); syncq fifo set q --slots 1");
}

TEST_CASE("a turn that would wait for the slots around it is refused") {
  Sandbox box;
  box.ok("syncq fifo new --name q --slots 3");
  CHECK(box.ok("syncq run --take 2 q -- syncq run q -- echo in") == "in");
  Outcome itself =
      box.sh("syncq run --take 2 q -- syncq run --take 2 q -- true");
  CHECK(itself.code() == 125);
  CHECK_THAT(itself.err, Contains("--nested=within"));
  CHECK(box.ok("syncq run --take 2 q -- syncq run --nested=within --take 2 q "
               "-- echo within") == "within");
}
