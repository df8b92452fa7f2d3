// -w: what is shown is shown again whenever it changes.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("ls -w draws each change in its place, until Ctrl-C") {
  Sandbox box;
  box.ok("syncq fifo new --name deploy");
  Terminal terminal(box);
  terminal.enter("syncq ls -w");
  terminal.sees("deploy");
  terminal.sees("\x1b[J");
  box.ok("syncq queue push jobs one");
  // Up by the two lines that it had, over all of them, and clear the rest.
  terminal.sees("\x1b[2A\x1b[2KNAME");
  terminal.sees("\x1b[2Kjobs");
  terminal.sees("\x1b[2Kdeploy");
  terminal.sees("\x1b[J");
  terminal.type("\x03");
  terminal.enter("echo code $?.");
  terminal.sees("code 130.");
  CHECK(box.get("/overview")["queues"].size() == 1);
}

TEST_CASE("ps -w lets the times go on by itself", "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("syncq ps -w");
  terminal.sees(" 0.");
  terminal.sees(" 1.");
}

TEST_CASE("fifo show -w and queue show -w show one, as it is") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal fifo(box);
  fifo.enter("syncq fifo show -w q");
  fifo.sees("holder");
  Process waiter = box.start("exec syncq run -q q -- true");
  fifo.sees("waiting");
  fifo.sees("true");
  box.let_go(holder);
  waiter.wait();
  fifo.sees("held      0 of 1");

  box.ok("syncq queue push jobs 'the first'");
  Terminal queue(box);
  queue.enter("syncq queue show jobs -w -n 1");
  queue.sees("the first");
  box.ok("syncq queue pop jobs && syncq queue push jobs 'the second'");
  queue.sees("the second");
}

TEST_CASE(
    "option -w is refused without a terminal that can, and for no such name") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  for (std::string command :
       {"ls -w | cat", "ps --watch | cat", "fifo show -w q | cat"}) {
    Outcome refused = box.sh("set -o pipefail; syncq " + command);
    CHECK(refused.code() == 2);
    CHECK_THAT(refused.err, Contains("use -o json for a line for each change"));
  }
  Terminal terminal(box);
  terminal.enter("TERM=dumb syncq ls -w; echo code $?.");
  terminal.sees("use -o json");
  terminal.sees("code 2.");
  terminal.enter("syncq queue show -w jbos; echo code $?.");
  terminal.sees("did you mean 'jobs'?");
  terminal.sees("code 1.");
}

TEST_CASE("option -w -o json prints a line for each change") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  Process all = box.start("exec syncq ls -w -o json");
  Process one = box.start("exec syncq queue show jobs -w -o json");
  auto last = [](const Process& of, auto&& fits) {
    return eventually([&] {
      auto lines = lines_of(of.out());
      return !lines.empty() && fits(Json::parse(lines.back()));
    });
  };
  auto sized = [](int size) {
    return [size](const Json& event) {
      return event["queues"][0]["size"] == size;
    };
  };
  CHECK(last(all, sized(1)));
  box.ok("syncq queue push jobs two");
  CHECK(last(all, sized(2)));
  CHECK(last(one, [](const Json& shown) {
    return shown["queue"]["size"] == 2 && shown["messages"][1]["text"] == "two";
  }));
}

TEST_CASE("option -w waits for the next daemon, and starts none", "[slow]") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  box.ok("for i in {10..39}; do syncq fifo new --name fifo$i; done >/dev/null");
  Terminal terminal(box);
  terminal.enter("syncq ls -w");
  terminal.sees("jobs");
  box.ok("syncq daemon stop");
  terminal.sees("... 11 more lines");
  terminal.sees("the daemon has ended; waiting for the next one");
  CHECK(box.daemons_become(0));
  box.ok("syncq queue push other two");
  terminal.sees("other");
}

TEST_CASE("option -w keeps to the size of the terminal, also of another",
          "[slow]") {
  Sandbox box;
  box.ok("for i in {10..39}; do syncq fifo new --name fifo$i; done >/dev/null");
  Terminal terminal(box);
  terminal.enter("syncq ls -w");
  terminal.sees("fifo30");
  terminal.sees("... 9 more lines");
  terminal.sees("\x1b[J");
  terminal.resize(40, 100);
  terminal.sees("\x1b[H\x1b[2J");
  terminal.sees("fifo39");
}

TEST_CASE("option -w leaves the terminal to the shell while it is stopped") {
  Sandbox box;
  box.ok("syncq fifo new --name deploy");
  Terminal terminal(box);
  terminal.enter("syncq ls -w");
  terminal.sees("deploy");
  terminal.type("\x1a");
  terminal.sees("Stopped");
  box.ok("syncq queue push jobs one");
  terminal.enter("echo sti''ll; fg");
  terminal.sees("still");
  terminal.sees("jobs");
}
