// A command's environment under `syncq run`, compared with the bare command's.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

// The process itself becomes the command, or a supervisor runs it.
#define EACH_MODE \
  GENERATE(as<std::string>{}, "syncq run q --", "syncq run --timeout 1h q --")

TEST_CASE("stdin is the command's, untouched") {
  Sandbox box;
  std::string mode = EACH_MODE;
  CHECK(box.ok("printf x | " + mode + " cat") == "x");
  // Input that one does not read is left for the next.
  CHECK(box.ok("printf 'a\\nb\\nc\\n' | { read x; " + mode +
               " sh -c 'read y; echo got $y'; cat; }") == "got b\nc");
}

TEST_CASE("stdin is untouched while waiting") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process run = box.start("printf 'one\\ntwo\\n' | syncq run -q q -- cat");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  box.let_go(holder);
  CHECK(run.wait().out == "one\ntwo\n");
}

TEST_CASE("every word of the command arrives as it was") {
  Sandbox box;
  std::string mode = EACH_MODE;
  std::string words =
      R"( sh -c 'printf "<%s>" "$@"' name 'a b' '' $'new\nline' )"
      R"(-- -x --help '*' '$HOME' '"' \' é '%s' -n)";
  CHECK(box.ok(mode + words) == box.ok("command" + words));
}

TEST_CASE("the environment is the caller's and six variables more") {
  Sandbox box;
  std::string mode = EACH_MODE;
  std::string set = "export A='a b' B= C=$'x\\ny' MAKEFLAGS=k; unset OLDPWD; ";
  // Less the six, and less $_, which bash sets to each command's own path.
  std::string show =
      " env -0 | grep -zv "
      "'^\\(SYNCQ_\\(FIFO\\|TICKET\\|FENCE\\|SLOTS\\?\\|TURNS\\)\\|_\\)=' | "
      "sort -z | tr '\\0' '|'";
  CHECK(box.ok(set + mode + show) == box.ok(set + show));
  CHECK(box.ok(mode + " sh -c '"
                      "syncq fifo show q -o json | jq -r \""
                      ".fifo.uuid==env.SYNCQ_FIFO, "
                      ".tickets[0].ticket==env.SYNCQ_TICKET, "
                      "(.tickets[0].fence|tostring)==env.SYNCQ_FENCE, "
                      "(.tickets[0].slot|tostring)==env.SYNCQ_SLOT\"'") ==
        "true\ntrue\ntrue\ntrue");
}

TEST_CASE("the fence grows with every turn") {
  Sandbox box;
  std::string fences = box.ok(
      "for i in 1 2 3; do syncq run q -- sh -c 'echo $SYNCQ_FENCE'; done; "
      "syncq daemon restart; kill -9 $(cat state/daemon.lock); "
      "syncq run q -- sh -c 'echo $SYNCQ_FENCE'");
  CHECK(fences == "1\n2\n3\n4");
}

TEST_CASE("every open file is passed on, and none of ours is added") {
  Sandbox box;
  std::string mode = EACH_MODE;
  std::string open = "exec 4</etc/passwd 7>seven 50<>fifty; ";
  std::string list =
      " sh -c 'cd /proc/$$/fd; for i in *; do "
      "echo $i; done; echo to seven >&7'";
  CHECK(box.ok(open + mode + list) == box.ok(open + "command" + list));
  CHECK(read_file(box.path("seven")) == "to seven\n");
}

TEST_CASE("ignored and blocked signals, limits, umask and cwd are as before") {
  Sandbox box;
  std::string mode = EACH_MODE;
  std::string setting =
      "mkdir -p d; cd d; umask 027; ulimit -n 200; trap '' HUP INT USR2 CHLD; "
      "env --block-signal=USR1,TERM ";
  std::string look =
      " sh -c 'pwd; umask; ulimit -n; "
      "grep -E \"^Sig(Blk|Ign)\" /proc/self/status'";
  CHECK(box.ok(setting + mode + look) == box.ok(setting + look));
}

TEST_CASE("the command is this very process: pid, parent, group, session") {
  Sandbox box;
  std::vector<std::string> pids =
      lines_of(box.ok("echo $$; exec syncq run q -- sh -c 'echo $$'"));
  REQUIRE(pids.size() == 2);
  CHECK(pids[0] == pids[1]);
}

TEST_CASE("the command is in its caller's process group and session") {
  Sandbox box;
  std::string mode = EACH_MODE;
  // pgrp and session: fields 5 and 6 (proc(5)).
  std::vector<std::string> groups =
      lines_of(box.ok("cut -d' ' -f5,6 /proc/self/stat; " + mode +
                      " cut -d' ' -f5,6 /proc/self/stat"));
  REQUIRE(groups.size() == 2);
  CHECK(groups[0] == groups[1]);
}
