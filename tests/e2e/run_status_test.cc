// How `syncq run` ends, compared with the bare command.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

// The process itself becomes the command, or a supervisor runs it.
const char* const kModes[] = {"syncq run q --", "syncq run --timeout 1h q --"};

const char* const kCommands[] = {
    "true",
    "false",
    "sh -c 'exit 3'",
    "sh -c 'exit 75'",
    "sh -c 'exit 124'",
    "sh -c 'exit 125'",
    "sh -c 'exit 255'",
    "nosuchcommand",
    "./nosuchfile",
    "./plain",
    "/tmp",
    "sh -c 'kill -TERM $$'",
    "sh -c 'kill -KILL $$'",
    "sh -c 'kill -INT $$'",
    "sh -c 'kill -HUP $$'",
    "sh -c 'kill -QUIT $$'",
    "sh -c 'kill -PIPE $$'",
    "sh -c 'kill -USR1 $$'",
    "sh -c 'kill -USR2 $$'",
    "sh -c 'kill -ALRM $$'",
    "sh -c 'kill -ABRT $$'",
    "sh -c 'kill -SEGV $$'",
    "sh -c 'yes | head -1'",
};

}  // namespace

TEST_CASE("exit codes and signals equal the bare command's") {
  Sandbox box;
  write_file(box.path("plain"), "not executable\n");
  const char* mode = GENERATE(from_range(std::begin(kModes), std::end(kModes)));
  for (const std::string command : kCommands) {
    INFO(mode << " " << command);
    // The raw status: a signal is a signal, not a code that looks like it.
    Outcome bare = box.sh("ulimit -c 0; exec " + command);
    Outcome wrapped =
        box.sh("ulimit -c 0; exec " + std::string(mode) + " " + command);
    CHECK(wrapped.status == bare.status);
    CHECK(wrapped.out == bare.out);
  }
}

TEST_CASE("run exits with 0, 1, 126, 127, 137, 143 as the command does") {
  Sandbox box;
  CHECK(box.ok(R"(
    for c in true false /tmp nosuch "sh -c 'kill -9 \$\$'" "sh -c 'kill \$\$'"; do
      eval "syncq run q -- $c"
      echo $?
    done 2>/dev/null)") == "0\n1\n126\n127\n137\n143");
}

TEST_CASE("a signal sent to `syncq run` is one sent to the command", "[slow]") {
  Sandbox box;
  const char* mode = GENERATE(from_range(std::begin(kModes), std::end(kModes)));
  int number = GENERATE(SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2);
  INFO(mode << ", signal " << number);
  SECTION("it ends the command, and the wrapper by the same signal") {
    Process run = box.start("ulimit -c 0; exec " + std::string(mode) +
                            " sh -c 'touch runs; exec sleep 1000'");
    REQUIRE(eventually([&] { return exists(box.path("runs")); }));
    // The shell has become sleep: a signal before that is the same signal.
    run.signal(number);
    CHECK(run.wait().signal() == number);
  }
  SECTION("a command that handles it gets it once, and ends as it likes") {
    std::string trap = R"( bash -c '
      trap "echo got" )" +
                       std::to_string(number) + R"(
      touch runs
      while [ ! -e end ]; do sleep 0.01; done
      exit 9')";
    Process run = box.start("exec " + std::string(mode) + trap);
    REQUIRE(eventually([&] { return exists(box.path("runs")); }));
    run.signal(number);
    REQUIRE(eventually([&] { return run.out() == "got\n"; }));
    write_file(box.path("end"), "");
    Outcome outcome = run.wait();
    CHECK(outcome.code() == 9);
    CHECK(outcome.out == "got\n");
  }
}

TEST_CASE("a waiting `syncq run` dies of a signal as the command would") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  int number = GENERATE(SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1);
  Process waiter = box.start("ulimit -c 0; exec syncq run q -- touch ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  waiter.signal(number);
  CHECK(waiter.wait().signal() == number);
  CHECK(eventually([&] { return box.waiting("q") == 0; }));
  CHECK_FALSE(exists(box.path("ran")));
  box.let_go(holder);
}

TEST_CASE("run --timeout ends as timeout(1) does", "[slow]") {
  Sandbox box;
  struct Row {
    const char* limit;
    const char* kill_after;
    const char* command;
  };
  const Row rows[] = {
      {"0.2s", "", "sleep 1000"},
      {"0.2s", "",
       "sh -c 'trap \"exit 5\" TERM; while :; do sleep 0.01; done'"},
      {"0.2s", "0.2s", "sh -c 'trap \"\" TERM; while :; do sleep 0.01; done'"},
      {"0.2s", "100s", "sleep 1000"},
      {"100s", "", "true"},
      {"100s", "", "sh -c 'exit 7'"},
      {"100s", "1s", "sh -c 'kill -TERM $$'"},
      {"100s", "1s", "sh -c 'kill -KILL $$'"},
      {"100s", "", "nosuchcommand"},
      {"100s", "", "/tmp"},
      {"0s", "", "sh -c 'exit 8'"},
  };
  for (const Row& row : rows) {
    INFO(row.limit << " " << row.command);
    std::string after = row.kill_after;
    Outcome plain =
        box.sh("timeout " + (after.empty() ? "" : "-k " + after + " ") +
               row.limit + " " + row.command + "; exit $?");
    Outcome ours = box.sh("syncq run --timeout " + std::string(row.limit) +
                          (after.empty() ? "" : " --kill-after " + after) +
                          " q -- " + row.command + "; exit $?");
    CHECK(ours.code() == plain.code());
  }
}

TEST_CASE("run --timeout passes the turn on") {
  Sandbox box;
  CHECK(box.sh("exec syncq run --timeout 0.2s q -- sleep 1000").code() == 124);
  CHECK(box.ok("syncq run -n q -- echo free") == "free");
}

TEST_CASE("run --timeout does not count the wait for the turn") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process run = box.start("exec syncq run --timeout 300ms q -- echo ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(stays([&] { return run.running(); }, Milliseconds(700)));
  box.let_go(holder);
  CHECK(run.wait().out == "ran\n");
}
