// rm and purge say what they removed, and ask before something is lost.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

std::string said(Sandbox& box, const std::string& command, int code = 0) {
  Outcome outcome = box.sh("exec " + command);
  INFO(command);
  CHECK(outcome.code() == code);
  CHECK(outcome.out.empty());
  return outcome.err;
}

}  // namespace

TEST_CASE("rm and purge say what went, leased and delayed messages too") {
  Sandbox box;
  box.ok(
      "seq 1234 | syncq queue push --lines big; syncq queue new none;"
      "syncq queue push big --delay 1h late;"
      "syncq queue pop big --lease 1h --lease-file l");
  CHECK(said(box, "syncq queue rm big none") ==
        "syncq: removed big, 1,235 messages\nsyncq: removed none\n");
  box.ok("syncq queue push one m; syncq fifo new --name f");
  CHECK(said(box, "syncq queue purge one") ==
        "syncq: removed 1 message from one\n");
  CHECK(said(box, "syncq queue purge one") ==
        "syncq: removed 0 messages from one\n");
  CHECK(said(box, "syncq fifo rm f") == "syncq: removed f\n");
  CHECK(said(box, "syncq queue rm -q one").empty());
}

TEST_CASE("rm names what was not there, which is no error") {
  Sandbox box;
  box.ok("syncq queue new q");
  CHECK(said(box, "syncq queue rm qq q") ==
        "syncq: there was no queue 'qq'\nsyncq: removed q\n");
  CHECK(said(box, "syncq fifo rm ff") == "syncq: there was no FIFO 'ff'\n");
  CHECK_THAT(said(box, "syncq queue purge qq", 1), Contains("no queue is"));
}

TEST_CASE("rm of a FIFO in use says who held it and how many waited") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process waiter = box.start("exec syncq run -q q -- true");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK_THAT(said(box, "syncq fifo rm q"),
             Contains("removed q, held by") && Contains(", 1 waiting"));
  CHECK(waiter.wait().code() == 125);
  box.let_go(holder);
}

TEST_CASE("on a terminal rm and purge ask before messages are lost") {
  Sandbox box;
  box.ok("syncq queue push q a b");
  Terminal terminal(box);
  terminal.enter("syncq queue rm q");
  terminal.sees("remove queue 'q' and 2 messages? [y/N]");
  terminal.enter("n");
  terminal.enter("echo code $?.");
  terminal.sees("code 1.");
  terminal.enter("syncq queue purge q");
  terminal.sees("remove 2 messages from queue 'q'? [y/N]");
  terminal.enter("");
  terminal.enter("echo code $?.");
  terminal.sees("code 1.");
  CHECK(box.get("/queues/q")["queue"]["size"] == 2);
  terminal.enter("syncq queue purge q");
  terminal.sees("[y/N]");
  terminal.enter("y");
  terminal.sees("removed 2 messages from q");
  // Nothing to lose, or told not to ask.
  box.ok("syncq queue push r a; syncq queue push s a");
  terminal.enter("syncq queue rm q");
  terminal.sees("removed q");
  terminal.enter("syncq queue purge --yes r");
  terminal.sees("removed 1 message from r");
  terminal.enter("syncq queue rm -y s");
  terminal.sees("removed s, 1 message");
}

TEST_CASE("on a terminal rm asks before somebody's turn is lost") {
  Sandbox box;
  Process holder = box.hold_turn("f");
  Terminal terminal(box);
  terminal.enter("syncq fifo rm f");
  terminal.sees("destroy FIFO 'f', held by");
  terminal.sees("[y/N]");
  terminal.enter("no");
  terminal.enter("echo code $?.");
  terminal.sees("code 1.");
  terminal.enter("syncq fifo rm f --yes");
  terminal.sees("removed f, held by");
  box.let_go(holder);
}
