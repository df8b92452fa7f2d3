// --format: rows as a template has them.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Contains;
using Catch::StartsWith;

TEST_CASE("each list prints its rows by --format") {
  Sandbox box;
  box.ok("syncq fifo new --name idle");
  Process holder = box.hold_turn("deploy");
  box.ok(
      "syncq queue push jobs 'a b'; t=$(syncq fifo ticket idle); "
      "syncq fifo wait idle $t; syncq fifo done idle $t --status 3");
  auto shows = [&](const std::string& command, const std::string& format) {
    return box.ok("syncq " + command + " --format '" + format + "'");
  };
  CHECK(shows("ls", "{kind} {name} {held}/{size}") ==
        "fifo deploy 1/\nqueue jobs /1\nfifo idle 0/");
  CHECK(shows("ps", "{fifo.name}\\t{state}\\t{place}") ==
        "deploy\taccepted\t0");
  CHECK(shows("history", "{fifo} {end} {exit_status}{signal}.") ==
        "idle done 3.");
  CHECK(shows("history idle -n 1", "{label}{end}{{}}") == "done{}");
  CHECK(shows("fifo ls", "{name} {slots} {holder.label}.") ==
        "deploy 1 holder.\nidle 1 .");
  CHECK(shows("fifo show deploy", "{label} {fifo.slots}") == "holder 1");
  CHECK(shows("fifo show idle", "{label}").empty());
  CHECK(shows("queue ls", "{name}={size}") == "jobs=1");
  CHECK(shows("queue show jobs", "{index} {text} {queue.name}") ==
        "0 a b jobs");
}

TEST_CASE("a format that is wrong is refused before anything is done") {
  Sandbox box;
  Outcome unknown = box.sh("syncq fifo ls --format '{name} {nmae}'");
  CHECK(unknown.code() == 2);
  CHECK(unknown.out.empty());
  CHECK_THAT(unknown.err,
             Contains("syncq fifo ls: --format: there is no field 'nmae': use "
                      "uuid, name, ") &&
                 Contains("holder.label") && Contains("--help"));
  CHECK(box.sh("syncq ls --format '{name'").code() == 2);
  CHECK(box.sh("syncq ls --format ''").code() == 2);
  Outcome both = box.sh("syncq ls --format '{name}' -o json");
  CHECK(both.code() == 2);
  CHECK_THAT(both.err, Contains("two ways to print"));
  CHECK(box.daemon_pid() == 0);
  CHECK(box.ok("syncq ls --format '{name}' -o raw").empty());
}

TEST_CASE("what rows don't say goes to stderr") {
  Sandbox box;
  // What is behind # is not sent.
  box.ok(
      "syncq fifo new --name q; curl -s --unix-socket s -X POST "
      "'http://localhost/fifo/q/ticket#[1-1001]' >/dev/null");
  Outcome shown = box.sh("syncq fifo show q --format '{place}'");
  CHECK(shown.code() == 0);
  CHECK(lines_of(shown.out).size() == 1000);
  CHECK(shown.err == "syncq: ... 1001 tickets in all\n");
}

TEST_CASE("option -w goes on with --format, for programs too") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  Process watcher = box.start(
      "syncq ls -w --format '{name} {size}' | { read a; read b; echo \"$a:$b\" "
      ">first; read a; echo \"$a\" >second; }");
  auto reads = [&](const std::string& file, const std::string& text) {
    return eventually([&] { return box.sh("cat " + file).out == text; });
  };
  CHECK(reads("first", "jobs 1:\n"));
  box.ok("syncq queue push jobs two");
  CHECK(reads("second", "jobs 2\n"));
  box.ok("syncq queue push jobs three");
  CHECK(watcher.wait().code() == 0);

  Terminal terminal(box);
  terminal.enter("syncq queue show jobs -w --format '{text}.'");
  terminal.sees("three.");
  box.ok("syncq queue push jobs four");
  terminal.sees("\x1b[3A");
  terminal.sees("four.");
  terminal.type("\x03");
}

TEST_CASE("rows are watched no longer than somebody reads them", "[slow]") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  CHECK(box.ok("syncq ls -w --format '{name}' | head -n 1") == "jobs");
}

TEST_CASE("the shell is offered the fields of a format") {
  Sandbox box;
  CHECK_THAT(box.ok("syncq __complete fish ls --format ''"),
             Contains("{kind}") && Contains("{in_per_s}"));
}
