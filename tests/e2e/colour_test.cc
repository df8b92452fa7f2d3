// Colour on a terminal: states have it, and nothing else.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kRed = "\x1b[31m";

std::string in(const char* colour, const std::string& text) {
  return colour + text + "\x1b[0m";
}

// A FIFO with one who has its turn, one that failed, and a queue, both paused.
Process make_states(Sandbox& box) {
  box.ok(
      "syncq fifo new --name q; for status in 1 0; do t=$(syncq fifo ticket "
      "q); "
      "syncq fifo wait q $t; syncq fifo done q $t --status $status; done");
  Process holder = box.hold_turn("q");
  box.ok("syncq fifo ticket q; syncq fifo pause q");
  box.ok("syncq queue push jobs one; syncq queue pause jobs");
  return holder;
}

}  // namespace

TEST_CASE("states are in colour on a terminal") {
  Sandbox box;
  Process holder = make_states(box);
  Terminal terminal(box);
  terminal.resize(24, 120);
  auto shows = [&](const std::string& command, const std::string& text) {
    terminal.enter("clear; syncq " + command);
    terminal.sees(text);
  };
  shows("ls", in(kYellow, "paused") + ", holder");
  shows("ps", in(kGreen, "held") + "   ");
  shows("fifo show q", "paused    " + in(kYellow, "yes"));
  terminal.sees(in(kGreen, "accepted") + "  ");
  terminal.sees(in("\x1b[36m", "waiting") + "   ");
  shows("fifo show q -w", in(kGreen, "accepted") + "  ");
  terminal.type("\x03");
  shows("history", in(kGreen, "exit 0"));
  terminal.sees(in(kRed, "exit 1"));
  shows("fifo ls", in(kYellow, "1/1, paused"));
  shows("queue ls", in(kYellow, "durable, paused"));
  shows("queue show jobs", in(kYellow, "yes"));
}

TEST_CASE("there is no colour where it would be in the way") {
  Sandbox box;
  Process holder = make_states(box);
  Terminal terminal(box);
  terminal.enter(
      "all() { for i in ls ps history 'fifo show q' 'queue show jobs' "
      "'ps --format {state}'; do syncq $i; done; }");
  for (const char* line : {"NO_COLOR=1 all", "TERM=dumb all", "all | cat"}) {
    terminal.enter(std::string(line) + "; echo en''d");
    terminal.sees("accepted");
    terminal.sees("end\r\n");
  }
  for (const char* colour : {kGreen, kYellow, kRed}) {
    CHECK_THAT(terminal.shown(), !Contains(colour));
  }
}
