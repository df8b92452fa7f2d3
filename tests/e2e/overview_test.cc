// syncq ls and ps: all there is at a glance.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Contains;
using Catch::StartsWith;

TEST_CASE("ls has FIFOs and queues in one table, those in use first") {
  Sandbox box;
  box.ok("syncq fifo new --name idle && syncq queue new empty");
  Process holder = box.hold_turn("deploy");
  box.ok(
      "syncq queue push jobs one two three && syncq queue pop jobs --lease "
      "1m -q && syncq queue pause jobs");
  auto lines = lines_of(box.ok("syncq ls"));
  REQUIRE(lines.size() == 5);
  CHECK_THAT(lines[0], StartsWith("NAME "));
  CHECK_THAT(lines[1], StartsWith("deploy ") && Contains(" fifo ") &&
                           Contains(" 1/1 ") && Contains("holder (pid ") &&
                           Contains(") for "));
  CHECK_THAT(lines[2], StartsWith("jobs ") && Contains(" queue ") &&
                           Contains(" 1  ") && Contains(" 2  ") &&
                           Contains("paused"));
  CHECK_THAT(lines[3], StartsWith("idle "));
  CHECK_THAT(lines[4], StartsWith("empty "));
  CHECK(box.ok("syncq ls -o json | jq -r '.fifos[].name'") == "deploy\nidle");
  std::string id = box.ok("syncq queue show jobs -o json | jq -r .queue.id");
  CHECK_THAT(box.ok("syncq ls --wide"), Contains(id));
}

TEST_CASE("ls shows a queue's rates to whoever looks again", "[slow]") {
  Sandbox box;
  box.ok("syncq queue push jobs one && syncq ls");
  box.ok("syncq queue push jobs two three");
  CHECK(eventually(
      [&] { return count_of(box.ok("syncq ls"), "in/s, 0.0 out/s") == 1; }));
}

TEST_CASE("ps has a line for each turn and each ticket that waits for one") {
  Sandbox box;
  CHECK(lines_of(box.ok("syncq ps")).size() == 1);
  Process holder = box.hold_turn("deploy");
  Process waiter = box.start("exec syncq run -q deploy -- echo 'a b'");
  REQUIRE(eventually([&] { return box.waiting("deploy") == 1; }));
  box.ok("syncq fifo new --name wide --slots 2 --done-timeout 1h");
  std::string ticket = box.ok("syncq fifo ticket wide");
  box.ok("syncq fifo wait wide " + ticket);
  std::string ready = box.ok("syncq fifo ticket wide");
  auto lines = lines_of(box.ok("syncq ps"));
  REQUIRE(lines.size() == 5);
  CHECK_THAT(lines[0], StartsWith("FIFO "));
  CHECK_THAT(lines[1], StartsWith("deploy  held ") && Contains(" holder "));
  CHECK_THAT(lines[2], StartsWith("deploy  1 ") && Contains("echo 'a b'") &&
                           Contains(box.dir()));
  CHECK_THAT(lines[3], StartsWith("wide    slot 0 ") && Contains(" 59m"));
  CHECK_THAT(lines[4], StartsWith("wide    ready "));
  CHECK(box.ok("syncq ps -o json | jq '[.fifos[].tickets[]] | length'") == "4");
  CHECK_THAT(box.ok("syncq ps --wide"), Contains(ticket) && Contains(ready));
  CHECK_THAT(box.ok("syncq fifo pause deploy && syncq ps && "
                    "syncq fifo resume deploy"),
             Contains("deploy  1, paused "));
  box.let_go(holder);
  CHECK(waiter.wait().code() == 0);
}

TEST_CASE("ls and ps fit a narrow terminal") {
  Sandbox box;
  Process holder = box.hold_turn("a-name-of-quite-some-length-for-a-fifo");
  box.ok("syncq queue push jobs-with-a-long-name-as-well one");
  Terminal terminal(box);
  terminal.resize(24, 40);
  terminal.enter("echo; for i in ls ps; do syncq $i; done; echo en''d");
  terminal.sees("end\r\n");
  // Without KIND there is room for who holds it.
  CHECK_THAT(terminal.shown(), !Contains("KIND") && Contains("  hold"));
  for (const std::string& line : lines_of(terminal.shown())) {
    INFO(line);
    // The carriage return, two bytes more for each "…", nine for a colour.
    CHECK(static_cast<int>(line.size()) <=
          41 + 2 * count_of(line, "…") + 9 * count_of(line, "\x1b[0m"));
  }
}

TEST_CASE("an overview is bounded, and of one name if asked for") {
  Sandbox box;
  box.ok("for i in 1 2 3; do syncq fifo new --name f$i; done >/dev/null");
  box.ok("syncq queue push f2 message");
  Json two = box.get("/overview?limit=2");
  CHECK(two["fifos"].size() == 2);
  CHECK(two["more"]["fifos"] == true);
  CHECK(two["more"]["queues"] == false);
  Json one = box.get("/overview?for=f2");
  REQUIRE(one["fifos"].size() == 1);
  REQUIRE(one["queues"].size() == 1);
  CHECK(one["queues"][0]["in"] == 1);
  std::string said = box.ok(
      "for q in for=none limit=0 waiting=x; do curl -sS --unix-socket s -w "
      "'%{http_code}\\n' \"http://localhost/overview?$q\"; done");
  CHECK_THAT(said, Contains("there is no FIFO and no queue 'none'") &&
                       Contains("\n404\n") && Contains("limit '0'") &&
                       Contains("waiting 'x'"));
}
