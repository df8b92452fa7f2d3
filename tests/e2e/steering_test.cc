// What people do to a line from outside.

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

TEST_CASE("a paused FIFO gives no turns, through a crash, until it goes on") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  CHECK(box.ok("syncq fifo pause q").empty());
  CHECK(box.ok("syncq fifo pause q -o json") == "{}");
  Process waiter = box.start("exec syncq run q -- touch ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK_THAT(box.ok("syncq fifo show q"), Contains("paused"));
  CHECK_THAT(box.ok("syncq fifo ls"), Contains("1/1, paused"));
  CHECK(box.log_count("FIFO q is paused") == 1);
  CHECK_THAT(box.ok("curl -s --unix-socket s http://localhost/metrics"),
             Contains("syncq_fifos_paused 1"));
  box.let_go(holder);
  REQUIRE(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 0; }));

  kill(box.daemon_pid(), SIGKILL);
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  Outcome busy = box.sh("syncq run -n q -- true");
  CHECK(busy.code() == 75);
  CHECK_THAT(busy.err, Contains("paused"));
  Outcome late =
      box.sh("syncq fifo wait q $(syncq fifo ticket q) --timeout 100ms");
  CHECK(late.code() == 75);
  CHECK_THAT(late.err, Contains("paused"));
  CHECK_FALSE(exists(box.path("ran")));

  CHECK(box.ok("syncq fifo resume q").empty());
  CHECK(waiter.wait().code() == 0);
  CHECK(exists(box.path("ran")));
}

TEST_CASE("slots are set while a line waits") {
  Sandbox box;
  Process first = box.hold_turn("q");
  Process second = box.start("exec syncq run q -- sh -c 'touch in; cat fifo'");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  box.ok("mkfifo fifo; syncq fifo set q --slots 2");
  REQUIRE(eventually([&] { return exists(box.path("in")); }));
  box.ok("syncq fifo set q --slots 1 --done-timeout 1h");
  CHECK_THAT(box.ok("syncq fifo ls"), Contains("2/1"));
  CHECK_THAT(box.ok("syncq fifo show q"), Contains("done 1h"));
  Outcome other = box.sh("syncq run --slots 2 -n q -- true");
  CHECK(other.code() == 125);
  CHECK_THAT(other.err, Contains("syncq fifo set q --slots"));
  box.let_go(first);
  REQUIRE(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 1; }));
  CHECK(box.sh("syncq run -n q -- true").code() == 75);
  box.ok("echo >fifo");
  CHECK(second.wait().code() == 0);
  CHECK(box.ok("syncq run -w 20s q -- echo free") == "free");

  Outcome nothing = box.sh("syncq fifo set q");
  CHECK(nothing.code() == 2);
  CHECK_THAT(nothing.err, Contains("--slots"));
}

TEST_CASE("a FIFO that is not there can't be paused") {
  Sandbox box;
  box.ok("syncq fifo new --name deploy");
  Outcome wrong = box.sh("syncq fifo pause deply");
  CHECK(wrong.code() == 1);
  CHECK_THAT(wrong.err, Contains("did you mean 'deploy'"));
}

TEST_CASE("a terminal shows that the line is paused") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("syncq run q -- true; echo code $?.");
  terminal.sees("1st of 1");
  box.ok("syncq fifo pause q");
  terminal.sees("paused");
  box.ok("syncq fifo resume q");
  box.let_go(holder);
  terminal.sees("code 0.");
}
