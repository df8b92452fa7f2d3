// A daemon or a client that is killed, or stopped for a while, at any of its
// system calls: what was begun is carried out by the next daemon, nothing is
// lost, no two have one turn, and nothing is left in the way.
// SYNCQ_EVERY_STEP=1 in the environment goes through all of them.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/steps.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

// What has the turn shows it by a lock that ends with its process.
const std::string kWitness = R"(bash -c '
  exec 9>lock
  flock -n 9 || echo clash >>clash
  echo $SYNCQ_FENCE >>fences
  sleep 0.01 9>&-')";

// A daemon's life: two turns, a message in and out, its end.
const std::string kLife = R"(
  set -e
  syncq run -q q -- )" + kWitness +
                          R"( & first=$!
  syncq run -q --timeout 1h q -- )" +
                          kWitness + R"( & second=$!
  wait $first
  wait $second
  syncq queue push jobs message
  syncq queue pop jobs >popped
  syncq daemon stop
)";

// Returns the signal that ended the daemon.
int live(Sandbox& box, Process& daemon, const std::string& wake) {
  REQUIRE(eventually([&] {
    if (!wake.empty() && daemon.running()) daemon.signal(SIGCONT);
    return box.log_count("started:") > 0 || !daemon.running();
  }));
  Outcome outcome = box.sh(wake + kLife);
  INFO(outcome.err);
  CHECK(outcome.code() == 0);
  return daemon.wait(seconds(20)).signal();
}

void check_intact(Sandbox& box) {
  // Only another daemon removes a dead one's socket.
  box.ok("syncq daemon start");
  CHECK_FALSE(exists(box.path("clash")));
  CHECK(read_file(box.path("popped")) == "message");
  CHECK(box.ok("wc -l <fences; sort -n -u fences | cmp - fences") == "2");
  CHECK(box.get("/queues/jobs")["queue"]["size"] == 0);
  CHECK(box.get("/queues/jobs")["queue"]["leased"] == 0);
  CHECK(box.get("/fifo/q")["count"]["tickets"] == 0);
  CHECK(box.daemons_become(1));
}

std::vector<Step> steps_of_daemon() {
  Sandbox box;
  Process daemon = box.start("exec " + traced_to("trace", "syncq daemon run"));
  live(box, daemon, "");
  check_intact(box);
  return steps_in(box.path("trace"));
}

// Whoever has a turn of the client's keeps it to its own end, and the next is
// given it.
void check_next(Sandbox& box) {
  box.ok("syncq run -q -w 20s q -- " + kWitness);
  CHECK_FALSE(exists(box.path("clash")));
  CHECK(
      eventually([&] { return box.get("/fifo/q")["count"]["tickets"] == 0; }));
  CHECK(box.daemons_become(1));
}

}  // namespace

TEST_CASE("a daemon may be killed at any of its steps", "[slow]") {
  {
    Sandbox box;
    if (!can_trace(box)) return;
  }
  const std::vector<Step> steps = sample(steps_of_daemon(), repetitions(10));
  std::size_t killed = 0;
  for (const Step& step : steps) {
    INFO("killed at " << step.call << " " << step.n);
    Sandbox box;
    Process daemon =
        box.start("exec " + with_signal("KILL", step, "syncq daemon run"));
    if (live(box, daemon, "") == SIGKILL) ++killed;
    check_intact(box);
  }
  // No two lives have quite the same steps.
  CHECK(killed > steps.size() / 2);
}

TEST_CASE("a daemon may be stopped for a while at any of its steps", "[slow]") {
  {
    Sandbox box;
    if (!can_trace(box)) return;
  }
  for (const Step& step : sample(steps_of_daemon(), repetitions(10))) {
    INFO("stopped at " << step.call << " " << step.n);
    Sandbox box;
    Process daemon =
        box.start("exec " + with_signal("STOP", step, "syncq daemon run"));
    live(box, daemon,
         "(while sleep 0.2 && kill -CONT " + std::to_string(daemon.pid()) +
             "; do :; done) 2>/dev/null &");
    check_intact(box);
    CHECK(box.log_count("started:") == 2);
  }
}

TEST_CASE("a client may be killed at any of its steps", "[slow]") {
  const std::string run = GENERATE(as<std::string>{}, "syncq run -q q -- ",
                                   "syncq run -q --timeout 1h q -- ") +
                          kWitness;
  // Also the steps in which it starts the daemon.
  const bool starts = GENERATE(true, false);
  std::vector<Step> steps;
  {
    Sandbox box;
    if (!can_trace(box)) return;
    if (!starts) box.ok("syncq daemon start");
    box.ok(traced_to("trace", run));
    steps = steps_in(box.path("trace"));
  }
  steps = sample(steps, repetitions(5));
  std::size_t killed = 0;
  for (const Step& step : steps) {
    INFO(run << " killed at " << step.call << " " << step.n);
    Sandbox box;
    if (!starts) box.ok("syncq daemon start");
    Process client = box.start("exec " + with_signal("KILL", step, run));
    if (client.wait(seconds(30)).signal() == SIGKILL) ++killed;
    check_next(box);
  }
  CHECK(killed > steps.size() / 2);
}
