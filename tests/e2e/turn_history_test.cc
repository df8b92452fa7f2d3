// syncq history: how commands ended.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// Once so many turns are told.
Json turns(Sandbox& box, std::size_t count) {
  Json told;
  CHECK(eventually([&] {
    told = box.get("/history")["turns"];
    return told.size() == count;
  }));
  return told;
}

}  // namespace

TEST_CASE("history tells how commands ended that syncq became") {
  Sandbox box;
  box.sh("syncq run q -- true");
  box.sh("syncq run q -- sh -c 'exit 3'");
  box.sh("syncq run q -- sh -c 'kill -9 $$'");
  Json all = turns(box, 3);
  REQUIRE(all.size() == 3);
  CHECK(all[0]["signal"] == "KILL");
  CHECK(all[0]["exit_status"].is_null());
  CHECK(all[1]["exit_status"] == 3);
  CHECK(all[1]["label"] == "sh -c 'exit 3'");
  CHECK(all[1]["cwd"] == box.dir());
  CHECK(all[2]["exit_status"] == 0);
  CHECK(all[2]["fifo"] == "q");

  std::string text = box.ok("syncq history");
  CHECK_THAT(text,
             Contains("SIGKILL") && Contains("exit 3") && Contains("exit 0"));
  CHECK_THAT(box.ok("TZ=XYZ-5:30 syncq history -n 1"),
             Contains('\n' +
                      box.ok("TZ=XYZ-5:30 date '+%b %e %H:%M:%S' -d " +
                             all[0]["ended_at"].get<std::string>()) +
                      "  q "));
  CHECK_THAT(box.ok("syncq history -n 1 --wide"),
             Contains(all[0]["ended_at"].get<std::string>()));
  CHECK(lines_of(box.ok("syncq history q -n 1")).size() == 2);
  CHECK(box.ok("syncq history --failed -o json | jq .count.turns") == "2");
  CHECK(box.ok("syncq history q --failed -n 1 -o json | "
               "jq -r '.turns[].signal'") == "KILL");
}

TEST_CASE("history survives the daemon, and tells who said how it went") {
  Sandbox box;
  box.ok("syncq fifo new --name q");
  std::string ticket = box.ok("syncq fifo ticket q");
  box.ok("syncq fifo wait q " + ticket);
  box.ok(
      "curl -sS --fail --unix-socket s -X POST "
      "'http://localhost/fifo/q/done/" +
      ticket + "?exit_status=4'");
  box.ok("syncq daemon restart");
  Json all = turns(box, 1);
  REQUIRE(all.size() == 1);
  CHECK(all[0]["exit_status"] == 4);
  CHECK(all[0]["ticket"] == ticket);
  box.ok("syncq fifo rm -y q");
  CHECK(turns(box, 0).empty());
}

TEST_CASE("history tells how commands ended under --timeout") {
  Sandbox box;
  box.sh("syncq run q --timeout 1m -- true");
  box.sh("syncq run q --timeout 1m -- sh -c 'exit 3'");
  box.sh("syncq run q --timeout 1m -- sh -c 'kill -9 $$'");
  box.sh("syncq run q --timeout 0.05s -- sleep 60");
  box.sh("syncq run q --timeout 1m -- ./nosuch");
  Json all = turns(box, 5);
  REQUIRE(all.size() == 5);
  CHECK(all[0]["exit_status"] == 127);
  CHECK(all[1]["signal"] == "TERM");
  CHECK(all[2]["signal"] == "KILL");
  CHECK(all[3]["exit_status"] == 3);
  CHECK(all[4]["exit_status"] == 0);
}

TEST_CASE("fifo done says how the work ended") {
  Sandbox box;
  box.ok("syncq fifo new --name q");
  std::string ticket = box.ok("syncq fifo ticket q");
  box.ok("syncq fifo wait q " + ticket);
  CHECK(box.sh("exec syncq fifo done q " + ticket + " --status 256").code() ==
        2);
  box.ok("syncq fifo done q " + ticket + " --status 7");
  CHECK(turns(box, 1)[0]["exit_status"] == 7);
}

TEST_CASE("those who look and those who wait are told what to expect") {
  Sandbox box;
  box.ok("for i in 1 2 3; do syncq run q -- true; done");
  turns(box, 3);
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("syncq run q -- true");
  terminal.sees("1st of 1");
  terminal.sees("longer than usual");
  Process second = box.start("exec syncq run q -- true");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  Json tickets = box.get("/fifo/q")["tickets"];
  CHECK(tickets[0]["expected_run_ms"].is_number());
  CHECK(tickets[0]["expected_wait_ms"].is_null());
  CHECK(tickets[1]["expected_wait_ms"] == 0);
  CHECK(tickets[2]["expected_wait_ms"].is_number());
  CHECK_THAT(box.ok("syncq fifo show q"), Contains("EXPECTED") &&
                                              Contains("longer than usual") &&
                                              Contains("in about 1s"));
  box.let_go(holder);
  CHECK(second.wait().code() == 0);
}

TEST_CASE("history names what it can't show") {
  Sandbox box;
  Outcome none = box.sh("exec syncq history nosuch");
  CHECK(none.code() == 1);
  CHECK_THAT(none.err, Contains("nosuch"));
  CHECK(box.sh("exec syncq history -n 0").code() == 2);
  CHECK(lines_of(box.ok("syncq history")).size() == 1);
}
