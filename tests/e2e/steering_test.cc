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
             Contains("syncq_fifos_paused 1") &&
                 Contains("syncq_fifo_steering_total{action=\"pause\"} 1") &&
                 Contains("syncq_fifo_steering_total{action=\"kill\"} 0") &&
                 Contains("syncq_queue_steering_total{action=\"redrive\"} 0"));
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

TEST_CASE("a waiter is moved to the front by its place or its ticket") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  for (const char* name : {"a", "b", "c"}) {
    box.ok("syncq fifo ticket q >" + std::string(name));
  }
  auto line = [&] {
    return box.ok(
        "syncq fifo show q -o json | jq -r '.tickets[1:][].ticket' | "
        "while read -r t; do grep -l $t a b c; done | tr -d '\\n'");
  };
  REQUIRE(line() == "abc");
  CHECK(box.ok("syncq fifo front q 3").empty());
  CHECK(line() == "cab");
  CHECK(box.ok("syncq fifo front q $(cat b) -o json") == "{}");
  CHECK(line() == "bca");
  Outcome nobody = box.sh("syncq fifo front q 7");
  CHECK(nobody.code() == 1);
  CHECK_THAT(nobody.err, Contains("place 7"));
  CHECK(box.sh("syncq fifo front q x").code() == 2);
  Outcome holds = box.sh(
      "syncq fifo front q $(syncq fifo show q -o json | jq -r "
      "'.tickets[0].ticket')");
  CHECK(holds.code() == 1);
  CHECK_THAT(holds.err, Contains("has its turn already"));
  box.let_go(holder);
}

TEST_CASE("a waiter is cancelled, and hears that it was") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Outcome nobody = box.sh("syncq fifo cancel q");
  CHECK(nobody.code() == 1);
  CHECK_THAT(nobody.err, Contains("nobody waits"));

  Process first = box.start("exec syncq run q -- touch first");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(box.ok("syncq fifo cancel q").empty());
  Outcome told = first.wait();
  CHECK(told.code() == 125);
  CHECK_THAT(told.err, Contains("cancelled"));

  Process second = box.start("exec syncq run q -- touch second");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  Process third =
      box.start("t=$(syncq fifo ticket q); exec syncq fifo wait q $t");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  Outcome which = box.sh("syncq fifo cancel q");
  CHECK(which.code() == 2);
  CHECK_THAT(which.err, Contains("--all") && Contains("touch second") &&
                            Contains("waiting: 2  "));
  CHECK_THAT(box.ok("syncq fifo cancel q 2 -o json"), Contains("cancelled"));
  Outcome waited = third.wait();
  CHECK(waited.code() == 1);
  CHECK_THAT(waited.err, Contains("cancelled"));
  box.ok("syncq fifo ticket q");
  CHECK(box.ok("syncq fifo cancel q --all").empty());
  CHECK(second.wait().code() == 125);
  CHECK(box.waiting("q") == 0);
  CHECK_FALSE(exists(box.path("second")));

  Outcome holds = box.sh(
      "syncq fifo cancel q $(syncq fifo show q -o json | jq -r "
      "'.tickets[0].ticket')");
  CHECK(holds.code() == 1);
  CHECK_THAT(holds.err, Contains("syncq fifo done"));
  CHECK(box.sh("syncq fifo cancel q 1 --all").code() == 2);
  box.let_go(holder);
}

TEST_CASE("the command that has the turn is killed, and the next has it") {
  Sandbox box;
  const std::string how = GENERATE("", "--timeout 1m ");
  const std::string trap = "trap '' TERM; touch begun; exec sleep 1000";
  Outcome nobody = box.sh("syncq fifo new --name q; syncq fifo kill q");
  CHECK(nobody.code() == 1);
  CHECK_THAT(nobody.err, Contains("nobody has a turn"));

  // How it ended is known until its parent has asked.
  auto held = [&](int count) {
    return eventually(
        [&] { return box.get("/fifo/q")["fifo"]["held"] == count; });
  };
  Process first = box.start("exec syncq run q " + how + "-- sleep 1000");
  REQUIRE(held(1));
  CHECK(box.ok("until syncq fifo show q -o json | jq -e .tickets[].pid; do "
               ":; done >&2; syncq fifo kill q")
            .empty());
  REQUIRE(held(0));
  CHECK(first.wait().signal() == SIGTERM);
  Process second = box.start("exec syncq run q " + how + "-- sleep 1000");
  REQUIRE(held(1));
  box.ok("syncq fifo kill q -s int");
  REQUIRE(held(0));
  CHECK(second.wait().signal() == SIGINT);

  Process third =
      box.start("exec syncq run q " + how + "-- sh -c \"" + trap + "\"");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  box.ok("syncq fifo kill q --kill-after 0.2s");
  REQUIRE(held(0));
  CHECK(third.wait().signal() == SIGKILL);
  CHECK(box.ok("syncq history -o json | jq -c [.turns[].signal]") ==
        R"(["KILL","INT","TERM"])");
  CHECK(box.log_count("is sent SIGINT") == 1);
  CHECK(box.sh("syncq fifo kill q -s NONE").code() == 2);
}

TEST_CASE("of several turns one is killed by its slot") {
  Sandbox box;
  box.ok("syncq fifo new --name q --slots 2");
  Process zero = box.start("exec syncq run q -- sleep 1000");
  REQUIRE(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 1; }));
  Process one = box.start("exec syncq run q -- sleep 1000");
  REQUIRE(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 2; }));
  Outcome which = box.sh("syncq fifo kill q");
  CHECK(which.code() == 2);
  CHECK_THAT(which.err, Contains("slot 1: ") && Contains("sleep 1000"));
  CHECK(box.sh("syncq fifo kill q 7").code() == 1);
  box.ok("syncq fifo kill q 1 -k 10s");
  CHECK(one.wait().signal() == SIGTERM);
  CHECK(box.get("/fifo/q")["fifo"]["held"] == 1);
  box.ok("syncq fifo kill q");
  CHECK(zero.wait().signal() == SIGTERM);
}

TEST_CASE("a command on another machine is killed through its client") {
  Sandbox box;
  box.ok("syncq daemon start --tcp 127.0.0.1:0 --tcp-no-token");
  const std::string address = box.get("/status")["tcp"][0]["address"];
  Process holder = box.start("exec syncq -e http://" + address +
                             " run q -- sh -c 'touch begun; exec sleep 1000'");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  CHECK_THAT(box.ok("syncq fifo kill q -k 10s -o json"),
             Contains("\"pid\":null"));
  CHECK(holder.wait().signal() == SIGTERM);
  CHECK(box.get("/fifo/q")["fifo"]["held"] == 0);
}

TEST_CASE("a turn that was waited for has no process to be killed") {
  Sandbox box;
  box.ok(
      "syncq fifo new --name q; t=$(syncq fifo ticket q); "
      "syncq fifo wait q $t");
  Outcome none = box.sh("syncq fifo kill q");
  CHECK(none.code() == 1);
  CHECK_THAT(none.err, Contains("syncq fifo done q"));
}

// Its ticket is not taken for one that was lost with a connection.
TEST_CASE("a waiter over TCP that is cancelled draws no other ticket") {
  Sandbox box;
  box.ok("syncq daemon start --tcp 127.0.0.1:0 --tcp-no-token");
  const std::string address = box.get("/status")["tcp"][0]["address"];
  Process holder = box.hold_turn("q");
  Process waiter =
      box.start("exec syncq -e http://" + address + " run q -- touch ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  box.ok("syncq fifo cancel q");
  Outcome told = waiter.wait();
  CHECK(told.code() == 125);
  CHECK_THAT(told.err, Contains("cancelled"));
  CHECK(box.waiting("q") == 0);
  box.let_go(holder);
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
