// At a terminal: Ctrl-C, Ctrl-Z, fg, the live line.

#include <catch2/catch.hpp>
#include <regex>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;

#define EACH_MODE \
  GENERATE(as<std::string>{}, "syncq run q -- ", "syncq run --timeout 1h q -- ")

namespace {

// A command that reports each signal at once: a shell's trap would take two in
// a row for one.
std::string counts(const std::string& signal) {
  return "perl -e '$| = 1; $SIG{" + signal +
         "} = sub { print qq(caught\\n) }; print qq(begun\\n); "
         "select undef, undef, undef, 0.01 until -e q(end); exit 7'";
}

// A signal delivered twice may still arrive as one, but not each time.
constexpr int kOften = 20;

}  // namespace

TEST_CASE("Ctrl-C ends a running command, as without the wrapper") {
  Sandbox box;
  Terminal terminal(box);
  std::string mode = EACH_MODE;
  terminal.enter(mode + "sh -c 'echo be''gun; exec sleep 1000'");
  terminal.sees("begun");
  terminal.type("\x03");
  terminal.enter("echo code $?.");
  terminal.sees("code 130.");
  CHECK(box.ok("syncq run -w 20s q -- echo free") == "free");
}

TEST_CASE("a command that handles Ctrl-C gets each once and ends as it likes") {
  Sandbox box;
  Terminal terminal(box);
  std::string mode = EACH_MODE;
  terminal.enter(mode + counts("INT"));
  terminal.sees("begun");
  for (int i = 0; i < kOften; ++i) {
    terminal.type("\x03");
    terminal.sees("caught");
  }
  write_file(box.path("end"), "");
  terminal.enter("echo code $?.");
  terminal.sees("code 7.");
  CHECK(count_of(terminal.shown(), "caught") == kOften);
}

TEST_CASE("Ctrl-C while waiting leaves the line") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  std::string mode = EACH_MODE;
  terminal.enter(mode + "touch ran");
  terminal.sees("1st of 1");
  terminal.type("\x03");
  terminal.enter("echo code $?.");
  terminal.sees("code 130.");
  CHECK(eventually([&] { return box.waiting("q") == 0; }));
  box.let_go(holder);
  CHECK_FALSE(exists(box.path("ran")));
}

TEST_CASE("Ctrl-Z stops the job, which keeps its turn, and fg goes on",
          "[slow]") {
  Sandbox box;
  Terminal terminal(box);
  std::string mode = EACH_MODE;
  // It does not fork: a stop that hits dash's vfork stops neither side, with
  // syncq or without.
  terminal.enter(mode +
                 "perl -e '$| = 1; print qq(be), qq(gun\\n); select undef, "
                 "undef, undef, 0.01 until -e q(end); print qq(fini), "
                 "qq(shed\\n); "
                 "exit 5'");
  terminal.sees("begun");
  terminal.type("\x1a");
  terminal.sees("Stopped");
  Process next = box.start("exec syncq run -q q -- touch next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  write_file(box.path("end"), "");
  CHECK(stays([&] { return !exists(box.path("next")); }, Milliseconds(300)));
  SECTION("fg") {
    terminal.enter("fg");
    terminal.sees("finished");
    terminal.enter("echo code $?.");
    terminal.sees("code 5.");
  }
  SECTION("bg") {
    terminal.enter("bg");
    terminal.sees("finished");
    terminal.enter("wait %1; echo code $?.");
    terminal.sees("code 5.");
  }
  CHECK(next.wait().code() == 0);
}

TEST_CASE("Ctrl-Z and fg while waiting") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  std::string mode = EACH_MODE;
  terminal.enter(mode + "echo my''turn");
  terminal.sees("1st of 1");
  terminal.type("\x1a");
  terminal.sees("Stopped");
  CHECK(box.waiting("q") == 1);
  terminal.enter("fg");
  box.let_go(holder);
  terminal.sees("myturn");
  terminal.enter("echo code $?.");
  terminal.sees("code 0.");
}

TEST_CASE("the waiting line lives on one line, names the holder and goes",
          "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("syncq run q -- echo my''turn");
  terminal.sees("\x1b[Jq: 1st of 1 \u00b7 held by holder (pid ");
  // It is redrawn as time passes, never with a newline.
  terminal.sees("\x1b[Jq: 1st of 1");
  terminal.sees("\x1b[Jq: 1st of 1");
  box.let_go(holder);
  terminal.sees("\r\x1b[Jmyturn\r\n");
  std::string shown = terminal.shown();
  std::size_t from = shown.find("1st of");
  std::size_t to = shown.find("myturn");
  CHECK(shown.substr(from, to - from).find('\n') == std::string::npos);
}

TEST_CASE("the waiting line is cut to the terminal's width", "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.resize(24, 30);
  terminal.enter("syncq run q -- echo my''turn");
  terminal.sees("\x1b[Jq: 1st of 1");
  terminal.sees("\x1b[Jq: 1st of 1");
  std::string shown = terminal.shown();
  std::size_t from = shown.find("1st of 1");
  std::string line = shown.substr(from, shown.find('\r', from) - from);
  // In bytes: the dot has two.
  CHECK(line.size() <= 30 + 4);
  // The time it has been held is cut last.
  CHECK(std::regex_search(line, std::regex(" for [0-9.smhd]+$")));
  box.let_go(holder);
  terminal.sees("myturn");
}

TEST_CASE("the waiting line fits a terminal that became narrower", "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("syncq run q -- echo my''turn");
  terminal.sees("held by holder (pid ");
  terminal.resize(24, 30);
  terminal.sees("\x1b[J");
  terminal.sees("\x1b[J");
  std::string shown = terminal.shown();
  std::string last = shown.substr(shown.rfind("\x1b[Jq: "));
  last = last.substr(3, last.find('\r') - 3);
  CHECK(last.size() <= 30 + 4);
  // The cursor stays at the line's start: all of it can be cleared, into
  // however many lines the terminal broke it.
  terminal.sees("\r\r\x1b[J");
  box.let_go(holder);
  terminal.sees("\r\x1b[Jmyturn\r\n");
}

TEST_CASE("a dumb terminal and a redirected stderr: no live line") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("TERM=dumb syncq run q -- echo my''turn");
  terminal.sees("waiting for q: 1st of 1");
  box.let_go(holder);
  terminal.sees("got the turn of q");
  terminal.sees("myturn");
  CHECK(terminal.shown().find("\x1b[J") == std::string::npos);
}

TEST_CASE("NO_COLOR is about colour and not about the live line") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("NO_COLOR=1 syncq run q -- echo my''turn");
  terminal.sees("\x1b[Jq: 1st of 1");
  box.let_go(holder);
  terminal.sees("myturn");
}

TEST_CASE("tables fit the terminal, with what is in use first") {
  Sandbox box;
  box.ok(
      "syncq fifo new --name idle; syncq queue new nothing;"
      "syncq queue push some m");
  std::string name(200, 'n');
  Process holder = box.hold_turn(name);
  unsigned short columns = GENERATE(as<unsigned short>{}, 40, 80, 200);
  Terminal terminal(box);
  terminal.resize(24, columns);
  terminal.enter("syncq fifo ls; syncq queue ls; syncq fifo show " + name +
                 " | sed 1,8d; echo end''ed");
  terminal.sees("NAME");
  terminal.sees("nnnn");
  terminal.sees("idle");
  terminal.sees("NAME");
  terminal.sees("some");
  terminal.sees("nothing");
  terminal.sees("ended");
  for (const std::string& line : lines_of(terminal.shown())) {
    // In bytes: the ellipsis has three; there may be one per cell.
    if (line.find("nnn") != line.npos) CHECK(line.size() <= columns + 7U);
  }
  box.let_go(holder);
}

TEST_CASE("UUIDs are in lists if they are asked for") {
  Sandbox box;
  std::string uuid = box.ok("syncq fifo new --name f");
  std::string id = box.ok("syncq queue new q -o json | jq -r .queue.id");
  std::string ticket = box.ok("syncq fifo ticket f");
  CHECK(count_of(box.ok("syncq fifo ls"), uuid) == 0);
  CHECK(count_of(box.ok("syncq fifo ls --wide"), uuid) == 1);
  CHECK(count_of(box.ok("syncq queue ls"), id) == 0);
  CHECK(count_of(box.ok("syncq queue ls --wide"), id) == 1);
  CHECK(count_of(box.ok("syncq fifo show f"), ticket) == 0);
  CHECK(count_of(box.ok("syncq fifo show f --wide"), ticket) == 1);
  // A FIFO without a name has only its UUID.
  std::string nameless = box.ok("syncq fifo new");
  CHECK(count_of(box.ok("syncq fifo ls"), nameless) == 1);
}

TEST_CASE("option -q shows nothing at a terminal") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("syncq run -q q -- echo my''turn");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  box.let_go(holder);
  terminal.sees("myturn");
  CHECK(terminal.shown().find("1st") == std::string::npos);
}

TEST_CASE("a resized terminal tells the command, once each time") {
  Sandbox box;
  Terminal terminal(box);
  std::string mode = EACH_MODE;
  terminal.enter(mode + counts("WINCH"));
  terminal.sees("begun");
  for (unsigned short i = 0; i < kOften; ++i) {
    terminal.resize(40, 120 + i);
    terminal.sees("caught");
  }
  write_file(box.path("end"), "");
  terminal.enter("echo code $?.");
  terminal.sees("code 7.");
  CHECK(count_of(terminal.shown(), "caught") == kOften);
}

TEST_CASE("the command reads from the terminal") {
  Sandbox box;
  Terminal terminal(box);
  std::string mode = EACH_MODE;
  terminal.enter(mode + "sh -c 'echo be''gun; read x; echo \"<$x>\"'");
  terminal.sees("begun");
  terminal.enter("typed");
  terminal.sees("<typed>");
}

TEST_CASE("closing the terminal ends a waiter and a command") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  {
    Terminal terminal(box);
    terminal.enter("syncq run q -- touch ran");
    terminal.sees("1st of 1");
  }
  CHECK(eventually([&] { return box.waiting("q") == 0; }));
  box.let_go(holder);
  CHECK_FALSE(exists(box.path("ran")));
}

TEST_CASE("what waits at a terminal says so, and leaves no trace") {
  Sandbox box;
  box.ok("syncq queue new q");
  Terminal terminal(box);
  terminal.enter("syncq queue pop q --wait");
  terminal.sees("waiting for a message in q for");
  box.ok("syncq queue push q 'it came'");
  terminal.sees("\x1b[J");
  terminal.sees("it came");
}

TEST_CASE("a push at a terminal says that it reads the keyboard") {
  Sandbox box;
  Terminal terminal(box);
  terminal.enter("syncq queue push q");
  terminal.sees("reading a message from the keyboard");
  terminal.type("typed\n\x04");
  CHECK(eventually(
      [&] { return box.sh("syncq queue pop -q q").out == "typed\n"; }));
}
