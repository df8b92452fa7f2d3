// syncq top, on a real terminal: its screen as text.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/pty.h"
#include "tests/e2e/harness/tmux.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// Who waits in a line, with this label.
Process wait_in(Sandbox& box, const std::string& fifo,
                const std::string& label) {
  int before = box.waiting(fifo);
  Process waiter =
      box.start("exec syncq run -q --label " + label + " " + fifo + " -- true");
  REQUIRE(eventually([&] { return box.waiting(fifo) == before + 1; }));
  return waiter;
}

}  // namespace

TEST_CASE("top shows FIFOs, queues and what has ended, as it happens",
          "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("deploy");
  Tmux top(box, 80, 24);
  top.enter("syncq top");
  top.has_line({"1 FIFO, 1 held, 0 waiting", "0 queues, 0 messages"});
  top.has_line({"> deploy", "1/1", "holder"});
  top.shows("q quit  ? help");
  Process waiter = wait_in(box, "deploy", "the-next");
  top.has_line({"1st", "the-next"});
  box.ok("syncq queue push jobs one; syncq queue push jobs two");
  top.has_line({"jobs", "2"});
  box.ok("syncq run --label doomed other -- sh -c 'exit 7' || true");
  top.has_line({"other", "exit 7", "doomed"});
  box.let_go(holder);
  waiter.wait();
  top.has_line({"deploy", "exit 0", "the-next"});
  top.shows("0 held, 0 waiting");
}

TEST_CASE("top: rates and the last minute come with time", "[slow]") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  Tmux top(box, 120, 24);
  top.enter("syncq top");
  top.has_line({"jobs", "0.0"});
  box.ok("seq 100 | syncq queue push --lines jobs");
  top.has_line({"jobs", "101", "▂█"});
}

TEST_CASE("top: a filter, and Enter for one FIFO with all of it") {
  Sandbox box;
  box.ok("syncq run --label first deploy -- true");
  Process holder = box.hold_turn("deploy");
  Process waiter = wait_in(box, "deploy", "the-next");
  box.ok("syncq fifo new --name backup; syncq queue push jobs one");
  Tmux top(box, 80, 24);
  top.enter("syncq top");
  top.shows("backup");
  top.keys("/ D E P L");
  top.shows("/DEPL_");
  top.shows_no("backup");
  top.shows_no("jobs");
  top.keys("Enter Enter");
  top.shows("FIFO deploy: 1 of 1 held, 1 waiting");
  top.has_line({"held", "holder"});
  top.has_line({"1st", "the-next"});
  top.has_line({"exit 0", "first"});
  top.keys("Escape");
  top.shows("2 FIFOs");
  top.keys("Escape");
  top.shows("backup");
  box.let_go(holder);
  waiter.wait();
}

TEST_CASE("top: Enter shows a queue's messages, arrows those that are dead") {
  Sandbox box;
  box.ok(
      "syncq queue push jobs doomed; "
      "syncq queue nack jobs --dead $(syncq queue pop --lease 1m -o json jobs "
      "| jq -r .lease); "
      "syncq queue push jobs 'a message'");
  Tmux top(box, 80, 24);
  top.enter("syncq top");
  top.has_line({"jobs.dead", "1"});
  top.keys("Enter");
  top.has_line({"a message"});
  top.keys("Escape Down Enter");
  top.shows("queue jobs.dead: 1 ready");
  top.keys("Left");
  top.shows("dead messages");
  top.has_line({"doomed"});
  top.keys("r");
  top.shows("put the dead letters in jobs.dead back where they came from? y/n");
  top.keys("y");
  top.shows("put 1 of jobs.dead back");
  CHECK(box.get("/overview")["queues"][0]["size"] == 2);
}

TEST_CASE("top: keys cancel, move to the front, pause and kill", "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("deploy");
  Process first = wait_in(box, "deploy", "first");
  Process second = wait_in(box, "deploy", "second");
  Tmux top(box, 80, 24);
  top.enter("syncq top");
  top.has_line({"2nd", "second"});
  top.keys("Down Down f");
  top.shows("is at the front of deploy");
  top.has_line({"> ", "1st", "second"});
  top.keys("c");
  top.shows("1st in line for deploy? y/n");
  top.keys("n");
  top.shows("not done");
  CHECK(box.waiting("deploy") == 2);
  top.keys("c y");
  top.shows("cancelled second");
  CHECK(second.wait().code() == 125);
  top.has_line({"> ", "1st", "first"});
  top.keys("p");
  top.shows("second has gone: move first");
  CHECK(box.get("/fifo/deploy")["fifo"]["paused"] == false);
  top.keys("Up p");
  top.shows("deploy (paused)");
  CHECK(box.get("/fifo/deploy")["fifo"]["paused"] == true);
  top.keys("p");
  top.shows("resumed deploy");
  top.keys("k");
  top.shows("send TERM to holder (pid ");
  top.keys("y");
  top.has_line({"deploy", "SIGTERM", "holder"});
  CHECK(holder.wait().signal() == SIGTERM);
  CHECK(first.wait().code() == 0);
}

TEST_CASE("top fits a terminal of any size, also of another") {
  Sandbox box;
  box.ok("for i in {10..39}; do syncq fifo new --name fifo$i; done >/dev/null");
  box.ok("syncq queue push jobs one");
  Process holder = box.hold_turn("deploy");
  Tmux top(box, 80, 24);
  top.enter("syncq top");
  top.shows("fifo10");
  top.shows("jobs");
  top.shows_no("fifo39");
  top.resize(40, 12);
  top.shows_no("EXPECTED");
  top.has_line({"> deploy", "1/1"});
  for (const std::string& line : lines_of(top.screen())) {
    CHECK(line.size() <= 40 + 2 * 3);  // "…" has three bytes
  }
  top.keys("End");
  top.has_line({"> ", "jobs"});
  top.keys("Up");
  top.has_line({"> fifo39"});
  top.resize(200, 50);
  top.has_line({"> fifo39"});
  top.shows("fifo10");
  top.has_line({"holder", box.dir()});
  top.resize(3, 1);
  top.resize(80, 24);
  top.has_line({"> fifo39"});
  box.let_go(holder);
}

TEST_CASE("top leaves the terminal as it was, however it ends") {
  Sandbox box;
  box.ok("syncq fifo new --name deploy");
  Terminal terminal(box);
  terminal.enter("stty -a >before");
  terminal.enter("(echo $BASHPID >pid; exec syncq top)");
  // The other screen of xterm.
  terminal.sees("\x1b[?1049h");
  terminal.sees("deploy");
  std::string code;
  SECTION("q") {
    terminal.type("q");
    code = "0";
  }
  SECTION("Ctrl-C") {
    terminal.type("\x03");
    code = "130";
  }
  SECTION("TERM") {
    kill(std::stoi(read_file(box.path("pid"))), SIGTERM);
    code = "143";
  }
  terminal.sees("\x1b[?1049l");
  terminal.enter("echo code $?.");
  terminal.sees("code " + code + ".");
  terminal.enter("stty -a | diff - before && echo sa''me");
  terminal.sees("same");
}

TEST_CASE("top ends with its terminal, even if it is not told") {
  Sandbox box;
  box.ok("syncq fifo new --name deploy");
  {
    Terminal terminal(box);
    terminal.enter("trap '' HUP; (echo $BASHPID >pid; exec syncq top)");
    terminal.sees("q quit");
  }
  int pid = std::stoi(read_file(box.path("pid")));
  CHECK(eventually([&] { return !alive(pid); }));
}

TEST_CASE("top leaves the terminal to the shell while it is stopped") {
  Sandbox box;
  box.ok("syncq fifo new --name deploy");
  Tmux top(box, 80, 24);
  top.enter("syncq top");
  top.shows("q quit");
  top.keys("C-z");
  top.shows("Stopped");
  box.ok("syncq queue push jobs one");
  top.enter("echo sti''ll");
  top.shows("still");
  top.resize(60, 20);
  top.enter("fg");
  top.has_line({"jobs", "1"});
  top.shows("q quit");
}

TEST_CASE("top waits for the next daemon, and starts none", "[slow]") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  Tmux top(box, 80, 24);
  top.enter("syncq top");
  top.shows("1 queue, 1 message");
  box.ok("syncq daemon stop");
  top.shows("the daemon has ended; waiting for the next one");
  top.has_line({"jobs", "1"});
  top.keys("p");
  CHECK(box.daemons_become(0));
  box.ok("syncq queue push other two");
  top.has_line({"other", "1"});
  top.shows("2 queues, 2 messages");
}

TEST_CASE("top shows names that would do harm, and wide ones, in their place") {
  Sandbox box;
  Process holder = box.start(
      "exec syncq run --label $'\\e[31mred\\n日本語x' deploy -- sh -c "
      "'mkfifo held-deploy; read x <held-deploy'");
  REQUIRE(eventually([&] { return exists(box.path("held-deploy")); }));
  Tmux top(box, 80, 24);
  top.enter("NO_COLOR=1 syncq top");
  top.shows("?[31mred?日本語x  ");
  CHECK_THAT(top.screen(true), !Contains("\x1b[31m"));
  box.let_go(holder);
}

TEST_CASE(
    "top has colours, of text that says the same, but not with NO_COLOR") {
  Sandbox box;
  box.ok("syncq run deploy -- sh -c 'exit 7' || true");
  bool colours = GENERATE(true, false);
  Tmux top(box, 80, 24);
  top.enter(colours ? "syncq top" : "NO_COLOR=1 syncq top");
  top.shows("exit 7");
  INFO(top.screen(true));
  CHECK((top.screen(true).find("\x1b[31m") != std::string::npos) == colours);
}

TEST_CASE("top draws with ASCII where the locale has no more") {
  Sandbox box;
  Process holder = box.start(
      "exec syncq run --label 'größe' deploy -- sh -c "
      "'mkfifo held-deploy; read x <held-deploy'");
  REQUIRE(eventually([&] { return exists(box.path("held-deploy")); }));
  Tmux top(box, 80, 24);
  top.enter("LC_ALL=C syncq top");
  top.shows("gr??e  ");
  box.let_go(holder);
}

TEST_CASE("top says what to do without a terminal that can") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  for (std::string command : {"top | cat", "top </dev/null"}) {
    Outcome refused = box.sh("set -o pipefail; syncq " + command);
    CHECK(refused.code() == 2);
    CHECK(refused.out.empty());
    CHECK_THAT(refused.err, Contains("needs a terminal") &&
                                Contains("use `syncq top --once`"));
  }
  Terminal terminal(box);
  for (std::string term : {"TERM=dumb", "TERM=unheard-of", "TERM="}) {
    terminal.enter(term + " syncq top; echo code $?.");
    terminal.sees("use `syncq top --once`");
    terminal.sees("code 2.");
  }
  Outcome json = box.sh("syncq top -o json");
  CHECK(json.code() == 2);
  CHECK_THAT(json.err, Contains("syncq ls -w -o json"));
}

TEST_CASE("top --once prints all of it as text, also into a pipe") {
  Sandbox box;
  box.ok("syncq run --label doomed deploy -- sh -c 'exit 7' || true");
  Process holder = box.hold_turn("deploy");
  box.ok("for i in {10..39}; do syncq fifo new --name fifo$i; done >/dev/null");
  box.ok("syncq queue push jobs one");
  std::string out = box.ok("TERM=dumb syncq top --once </dev/null | cat");
  CHECK_THAT(out, Contains("31 FIFOs, 1 held, 0 waiting") &&
                      Contains("fifo39") && Contains("jobs") &&
                      Contains("exit 7") && Contains("holder"));
  CHECK(out.find('\x1b') == out.npos);
  box.let_go(holder);
}
