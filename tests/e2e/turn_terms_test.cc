// Turns that are asked for with a priority, or shared.

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

TEST_CASE("the higher priority runs first, through a crash") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  std::vector<Process> waiters;
  auto wait_with = [&](const std::string& options, const std::string& name) {
    waiters.push_back(box.start("exec syncq run " + options +
                                " q -- sh -c 'echo " + name + " >>order'"));
    auto count = static_cast<int>(waiters.size());
    REQUIRE(eventually([&] { return box.waiting("q") == count; }));
  };
  wait_with("", "plain");
  wait_with("--priority -5", "low");
  wait_with("--priority=7", "high");
  wait_with("--priority 7", "later");
  CHECK_THAT(box.ok("syncq fifo show q"),
             Contains("waiting, priority 7") &&
                 Contains("waiting, priority -5") && !Contains("priority 0"));
  CHECK_THAT(box.ok("syncq ps"), Contains("1, priority 7"));
  kill(box.daemon_pid(), SIGKILL);
  REQUIRE(eventually([&] { return box.waiting("q") == 4; }));
  box.let_go(holder);
  for (Process& waiter : waiters) CHECK(waiter.wait().code() == 0);
  CHECK(box.ok("tr '\\n' ' ' <order") == "high later plain low ");
}

TEST_CASE("who is passed is told so, and by whom a line is passed") {
  Sandbox box;
  box.ok("syncq fifo new --name q");
  box.ok(
      "t=$(syncq fifo ticket q); syncq fifo ticket q; "
      "u=$(syncq fifo ticket q --priority 3); syncq fifo done q $t; "
      "syncq fifo wait q $u; syncq fifo front q 1; syncq fifo done q $u");
  std::string shown = box.ok("syncq fifo show q; syncq history -o json");
  CHECK_THAT(shown, Contains("ready") && Contains("\"priority\":3"));
  box.ok(
      "u=$(syncq fifo ticket q); syncq fifo front q 1; "
      "syncq fifo ticket q --priority 100");
  CHECK_THAT(box.ok("syncq fifo show q"),
             Contains("waiting, moved to the front"));
  box.ok(
      "syncq fifo new --name r; t=$(syncq fifo ticket r); "
      "syncq fifo ticket r; syncq fifo ticket r --priority 1; "
      "syncq fifo done r $t");
  CHECK_THAT(box.ok("syncq fifo show r"), Contains("waiting, passed by 1"));
}

TEST_CASE("terms that there are not are refused") {
  Sandbox box;
  box.ok("syncq fifo new --name q");
  for (const char* line : {"syncq run --priority 101 q -- true",
                           "syncq fifo ticket q --priority 1.5",
                           "syncq run --priority x q -- true",
                           "syncq fifo ticket q --priority -101"}) {
    INFO(line);
    Outcome refused = box.sh(line);
    CHECK(refused.code() == 2);
    CHECK_THAT(refused.err, Contains("--priority"));
  }
  for (const char* path : {"ticket?", "hold?create=true&"}) {
    std::string url =
        "curl -s --unix-socket s -X POST 'http://localhost/fifo/q/";
    url += path;
    CHECK_THAT(box.ok(url + "priority=101'"),
               Contains("invalid_number") && Contains("priority"));
    CHECK_THAT(box.ok(url + "shared=maybe'"),
               Contains("invalid_boolean") && Contains("shared"));
    CHECK_THAT(box.ok(url + "prio=1'"), Contains("unknown_parameter"));
  }
}

namespace {

// Says that it runs, with its slot, and does until `go` is there.
std::string shared_run(const std::string& options, const std::string& name) {
  return "exec syncq run " + options + " q -- sh -c 'echo $SYNCQ_SLOT >" +
         name + "; while ! test -e go; do sleep 0.05; done'";
}

}  // namespace

TEST_CASE("shared turns run together, and a turn of its own runs alone") {
  Sandbox box;
  Process first = box.start(shared_run("--shared", "first"));
  Process second = box.start(shared_run("--shared", "second"));
  auto runs = [&](const char* name) {
    return eventually([&] { return exists(box.path(name)); });
  };
  REQUIRE(runs("first"));
  REQUIRE(runs("second"));
  CHECK(box.ok("cat first second") == "0\n0");
  CHECK_THAT(box.ok("syncq fifo show q"),
             Contains("1 of 1, by 2 tickets") && Contains("accepted, shared"));
  CHECK_THAT(box.ok("syncq ls"), Contains("1/1"));
  Outcome which = box.sh("syncq fifo kill q 0");
  CHECK(which.code() == 2);
  CHECK_THAT(which.err, Contains("several have that slot") &&
                            Contains("slot 0: ") && Contains("its ticket"));
  CHECK(box.get("/fifo/q")["fifo"]["held"] == 2);
  CHECK(box.sh("syncq run -n q -- true").code() == 75);
  CHECK(box.ok("syncq run -n --shared q -- echo in") == "in");
  Process alone = box.start("exec syncq run q -- touch alone");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(box.sh("syncq run -n --shared q -- true").code() == 75);
  // Nor does a crash let it in beside them.
  kill(box.daemon_pid(), SIGKILL);
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(box.get("/fifo/q")["fifo"]["held"] == 2);
  CHECK_FALSE(exists(box.path("alone")));
  box.ok("touch go");
  CHECK(first.wait().code() == 0);
  CHECK(second.wait().code() == 0);
  CHECK(alone.wait().code() == 0);
  CHECK(exists(box.path("alone")));
  CHECK_THAT(box.ok("syncq history -o json"), Contains("\"shared\":true"));
}

TEST_CASE("a shared turn within a shared one does not wait for itself") {
  Sandbox box;
  CHECK(box.ok("syncq run --shared q -- syncq run --shared q -- echo in") ==
        "in");
  Outcome alone = box.sh("syncq run --shared q -- syncq run q -- true");
  CHECK(alone.code() == 125);
  CHECK_THAT(alone.err, Contains("--nested=within"));
}
