// At a terminal: Ctrl-C, Ctrl-Z, fg, the live line.

#include <catch2/catch.hpp>

#include "tests/e2e/pty.h"

using namespace syncq::e2e;

#define EACH_MODE \
  GENERATE(as<std::string>{}, "syncq run q -- ", "syncq run --timeout 1h q -- ")

namespace {

// A command that tells each signal it gets at once: a shell's trap would
// take two in a row for one.
std::string counts(const std::string& signal) {
  return "perl -e '$| = 1; $SIG{" + signal +
         "} = sub { print qq(caught\\n) }; print qq(begun\\n); "
         "select undef, undef, undef, 0.01 until -e q(end); exit 7'";
}

// One delivered twice may still arrive as one; not each time.
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

TEST_CASE("Ctrl-Z stops the job, which keeps its turn, and fg goes on") {
  Sandbox box;
  Terminal terminal(box);
  std::string mode = EACH_MODE;
  // No fork in it: a stop that hits dash's vfork stops neither side of it, with
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

TEST_CASE("the waiting line lives on one line, names the holder and goes") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.enter("syncq run q -- echo my''turn");
  terminal.sees("\x1b[K1st of 1 \u00b7 held by holder (pid ");
  // It is redrawn as time goes by, never with a newline.
  terminal.sees("\x1b[K1st of 1");
  terminal.sees("\x1b[K1st of 1");
  box.let_go(holder);
  terminal.sees("\r\x1b[Kmyturn\r\n");
  std::string shown = terminal.shown();
  std::size_t from = shown.find("1st of");
  std::size_t to = shown.find("myturn");
  CHECK(shown.substr(from, to - from).find('\n') == std::string::npos);
}

TEST_CASE("the waiting line is cut to the terminal's width") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  terminal.resize(24, 30);
  terminal.enter("syncq run q -- echo my''turn");
  terminal.sees("\x1b[K1st of 1");
  terminal.sees("\x1b[K1st of 1");
  std::string shown = terminal.shown();
  std::size_t from = shown.find("1st of 1");
  std::string line = shown.substr(from, shown.find('\r', from) - from);
  // Bytes, of which the dot has two.
  CHECK(line.size() <= 30 + 4);
  box.let_go(holder);
  terminal.sees("myturn");
}

TEST_CASE("NO_COLOR, a dumb terminal and a redirected stderr: no live line") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Terminal terminal(box);
  std::string how = GENERATE(as<std::string>{}, "NO_COLOR=1", "TERM=dumb");
  terminal.enter(how + " syncq run q -- echo my''turn");
  terminal.sees("waiting for q: 1st of 1");
  box.let_go(holder);
  terminal.sees("got the turn of q");
  terminal.sees("myturn");
  CHECK(terminal.shown().find("\x1b[K") == std::string::npos);
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
