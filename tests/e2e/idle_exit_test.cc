// The daemon ends after a while with nothing to do, and no client notices.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

TEST_CASE("an idle daemon ends and takes its socket along") {
  Sandbox box;
  box.env()["SYNCQ_IDLE_EXIT"] = "200ms";
  box.ok("syncq run q -- true");
  CHECK(box.daemons_become(0));
  CHECK_FALSE(exists(box.socket()));
  CHECK(box.log_count("stopping: idle") == 1);
  CHECK(box.ok("syncq fifo ls -o json | jq -r '.fifos[].name'") == "q");
}

TEST_CASE("a live ticket keeps the daemon from its idle exit", "[slow]") {
  Sandbox box;
  box.env()["SYNCQ_IDLE_EXIT"] = "100ms";
  SECTION("one that waits for its caller") {
    box.ok("syncq fifo new --name q && syncq fifo ticket q");
    pid_t pid = box.daemon_pid();
    CHECK(stays([&] { return alive(pid); }, Milliseconds(1000)));
  }
  SECTION("a command that runs") {
    Process holder = box.hold_turn("q");
    pid_t pid = box.daemon_pid();
    CHECK(stays([&] { return alive(pid); }, Milliseconds(1000)));
    box.let_go(holder);
    CHECK(eventually([&] { return !alive(pid); }));
  }
}

TEST_CASE("no request is lost around the idle exit", "[slow]") {
  Sandbox box;
  box.env()["SYNCQ_IDLE_EXIT"] = "30ms";
  box.env()["requests"] = std::to_string(repetitions(80));
  // Pauses on both sides of the limit, so that some requests meet the end.
  Outcome outcome = box.sh(R"(
    for i in $(seq $requests); do
      sleep 0.0$((20 + i % 20))
      syncq run -q q -- sh -c "echo $i >> out" || echo $i >> failed
    done)",
                           seconds(120));
  INFO(outcome.err);
  CHECK(read_file(box.path("failed")).empty());
  CHECK(read_file(box.path("out")) == box.ok("seq $requests") + "\n");
  // Otherwise this has tested nothing.
  CHECK(box.log_count("stopping: idle") > 3);
}

TEST_CASE("many clients around the idle exit: one daemon at a time", "[slow]") {
  Sandbox box;
  box.env()["SYNCQ_IDLE_EXIT"] = "20ms";
  Outcome outcome = box.sh(R"(
    worker() {
      for i in $(seq 25); do
        sleep 0.0$((10 + (i * $1) % 40))
        syncq run -q q -- sh -c \
          'mkdir lock || echo clash >> clash; echo x >> out; rmdir lock' ||
          echo $i >> failed
      done
    }
    for w in 1 2 3 4; do worker $w & done
    wait)",
                           seconds(120));
  INFO(outcome.err);
  CHECK(read_file(box.path("failed")).empty());
  CHECK_FALSE(exists(box.path("clash")));
  CHECK(box.ok("wc -l < out") == "100");
}
