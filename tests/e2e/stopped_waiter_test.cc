// A waiter is stopped (Ctrl-Z, SIGSTOP) when its turn would come.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

TEST_CASE("a stopped waiter is passed over and has the next turn") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process stopped = box.start("exec syncq run -q q -- echo stopped");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  Process second = box.start("exec syncq run -q q -- sh -c 'cat go >&2'");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  box.ok("mkfifo go");
  stop(stopped.pid());
  CHECK(eventually(
      [&] { return box.get("/fifo/q")["tickets"][1]["stopped"] == true; }));
  CHECK_THAT(box.ok("syncq fifo show q"), Catch::Contains("waiting, stopped"));
  box.let_go(holder);
  CHECK(eventually([&] {
    Json first = box.get("/fifo/q")["tickets"][0];
    return first["state"] == "accepted" && first["pid"] == second.pid();
  }));
  stopped.signal(SIGCONT);
  CHECK(box.waiting("q") == 1);
  box.ok("echo > go");
  CHECK(second.wait().code() == 0);
  CHECK(stopped.wait().out == "stopped\n");
}

TEST_CASE("a line of stopped waiters goes on when one of them does", "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process stopped = box.start("exec syncq run -q q -- echo ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  stop(stopped.pid());
  std::string ticket = box.ok("syncq fifo ticket q");
  Process waiter = box.start(
      "exec curl -sS --unix-socket s http://localhost/fifo/q/wait/" + ticket);
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 2; }));
  stop(waiter.pid());
  box.let_go(holder);
  CHECK(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 0; }));
  // A new client does not wait for them.
  CHECK(box.ok("syncq run -n q -- echo free") == "free");
  waiter.signal(SIGCONT);
  CHECK_THAT(waiter.wait().out, Catch::Contains(ticket));
  box.ok("syncq fifo done q " + ticket);
  stopped.signal(SIGCONT);
  CHECK(stopped.wait().out == "ran\n");
}

TEST_CASE("a stopped holder is shown as stopped") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  pid_t command = box.get("/fifo/q")["tickets"][0]["pid"].get<pid_t>();
  stop(command);
  CHECK(eventually([&] {
    return box.get("/fifo")["fifos"][0]["holder"]["stopped"] == true;
  }));
  CHECK_THAT(box.ok("syncq fifo ls"), Catch::Contains("stopped"));
  Process waiter = box.start("exec syncq run q -- true");
  CHECK(eventually([&] {
    return waiter.err().find(std::to_string(command) + ", stopped") !=
           std::string::npos;
  }));
  kill(command, SIGCONT);
  box.let_go(holder);
  CHECK(waiter.wait().code() == 0);
}
