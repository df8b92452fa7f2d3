// The first command on a machine, wherever it is run from, starts the one
// daemon and never hangs.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

TEST_CASE("200 first starts at once give exactly one daemon") {
  Sandbox box;
  Outcome all = box.sh(R"(
    for i in $(seq 200); do
      (syncq fifo ls -o json > ls.$i || echo $i >> failed) &
    done
    wait)");
  INFO(all.err);
  CHECK(read_file(box.path("failed")).empty());
  CHECK(box.ok("cat ls.* | grep -c '\"fifos\":0'") == "200");
  CHECK(box.daemons_become(1));
  CHECK(box.log_count("started: ") == 1);
}

TEST_CASE("200 first runs at once: one daemon, each runs once") {
  Sandbox box;
  box.sh(R"(
    for i in $(seq 200); do syncq run -q q -- sh -c "echo $i >> out" & done
    wait)",
         seconds(120));
  CHECK(box.ok("sort -n out") == box.ok("seq 200"));
  CHECK(box.daemons_become(1));
  CHECK(box.log_count("started: ") == 1);
}

TEST_CASE("the first use inside $(...) does not hang") {
  Sandbox box;
  CHECK(box.ok("x=$(syncq run demo -- echo my turn); echo \"<$x>\"") ==
        "<my turn>");
  CHECK(box.daemons_become(1));
}

TEST_CASE("the first use before a pipe does not hang") {
  Sandbox box;
  CHECK(box.ok("syncq run demo -- echo my turn 2>&1 | cat") == "my turn");
  CHECK(box.daemons_become(1));
}

TEST_CASE("the first use with closed 0, 1 and 2") {
  Sandbox box;
  SECTION("all three, as from a bad service manager") {
    CHECK(box.sh("exec syncq run q -- touch ran <&- >&- 2>&-").code() == 0);
    CHECK(exists(box.path("ran")));
  }
  SECTION("the command still finds them closed") {
    box.ok("exec syncq run q -- sh -c 'ls /proc/$$/fd > fds' <&- >&- 2>&-");
    // The shell itself may use some; none of 0-2 may be ours.
    CHECK(box.ok("exec sh -c 'ls /proc/$$/fd > bare' <&- >&- 2>&-") == "");
    CHECK(read_file(box.path("fds")) == read_file(box.path("bare")));
  }
  SECTION("what would be printed has nowhere to go: it says so by its code") {
    CHECK(box.sh("exec syncq fifo new >&-").code() == 1);
  }
  // The store is intact: nothing was ever printed into it.
  CHECK(box.ok("syncq fifo new | wc -c") == "37");
}

TEST_CASE("the first use over a closed connection, like ssh's") {
  Sandbox box;
  // ssh waits until all processes have closed its pipes.
  CHECK(box.ok("{ sh -c 'syncq run q -- echo one; syncq fifo ls' 2>&1; } "
               "| cat | head -1") == "one");
}

TEST_CASE("the first use with an empty environment but HOME") {
  Sandbox box;
  std::string clean = "env -i HOME=\"$HOME\" " + box.path("bin/syncq") + " ";
  CHECK(box.ok(clean + "run q -- /bin/echo hi") == "hi");
  CHECK(exists(box.path("home/.local/state/syncq/syncq.db")));
  CHECK(box.daemons_become(1));
  // Its socket is in a directory shared with this user's other daemons, where
  // the sandbox does not look.
  std::string socket = box.ok(clean + "status -o json | jq -r .socket");
  CHECK(exists(socket));
  box.ok(clean + "daemon stop");
  CHECK_FALSE(exists(socket));
}

TEST_CASE("without HOME it says what to set") {
  Sandbox box;
  Outcome outcome = box.sh("exec env -i bin/syncq run q -- /bin/true");
  CHECK(outcome.code() == 125);
  CHECK_THAT(outcome.err, Catch::Contains("SYNCQ_STATE_DIR"));
}

TEST_CASE("the daemon starts for a client that ignores SIGCHLD") {
  Sandbox box;
  CHECK(box.ok("trap '' CHLD; exec syncq run q -- echo hi") == "hi");
}

TEST_CASE("SYNCQ_IDLE_EXIT and the other settings reach a spawned daemon") {
  Sandbox box;
  box.env()["SYNCQ_DURABILITY"] = "normal";
  CHECK(box.ok("syncq status -o json | jq -r .durability") == "normal");
}
