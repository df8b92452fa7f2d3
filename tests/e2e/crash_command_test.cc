// `kill -9` of a waiter, a wrapper, a command: the turn passes on as soon as
// the command's process has ended, and not before.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kSupervised = "syncq run --timeout 1h ";

// Starts a command that writes its pid, and waits until it runs.
pid_t start_command(Sandbox& box, std::optional<Process>& wrapper,
                    const std::string& run) {
  std::string file = box.path("pid");
  wrapper.emplace(
      box.start("exec " + run + "q -- sh -c 'echo $$ > pid; exec sleep 1000'"));
  REQUIRE(eventually([&] { return read_file(file).ends_with('\n'); }));
  return std::atoi(read_file(file).c_str());
}

// Starts the next in line, which must not run yet.
Process start_next(Sandbox& box) {
  Process next = box.start("exec syncq run -q q -- touch next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  return next;
}

// How long the next takes to run after `release`.
Milliseconds hand_off(Sandbox& box, Process& next,
                      const std::function<void()>& release) {
  CHECK_FALSE(exists(box.path("next")));
  Clock::time_point start = Clock::now();
  release();
  CHECK(eventually([&] { return exists(box.path("next")); }));
  Milliseconds taken = since(start);
  CHECK(next.wait().code() == 0);
  return taken;
}

const Milliseconds kAtOnce = Milliseconds(100) * slowness();

// The best of three: a busy machine may be late, a timeout is never early.
Milliseconds best_hand_off(const std::string& run,
                           const std::function<void(pid_t, Process&)>& end) {
  Milliseconds best = Milliseconds::max();
  for (int attempt = 0; attempt < 3 && best > kAtOnce; ++attempt) {
    Sandbox box;
    std::optional<Process> wrapper;
    pid_t command = start_command(box, wrapper, run);
    Process next = start_next(box);
    best = std::min(best, hand_off(box, next, [&] { end(command, *wrapper); }));
  }
  return best;
}

}  // namespace

TEST_CASE("kill -9 of run's pid, the next within 100 ms", "[timing]") {
  Milliseconds taken = best_hand_off(
      "syncq run ", [](pid_t, Process& run) { run.signal(SIGKILL); });
  CHECK(taken <= kAtOnce);
}

TEST_CASE("kill -9 of a supervised command: the next within 100 ms",
          "[timing]") {
  Milliseconds taken = best_hand_off(
      kSupervised, [](pid_t command, Process&) { kill(command, SIGKILL); });
  CHECK(taken <= kAtOnce);
}

TEST_CASE("kill -9 of wrapper, then of command: the next within 100 ms",
          "[timing]") {
  Milliseconds taken =
      best_hand_off(kSupervised, [](pid_t command, Process& wrapper) {
        wrapper.signal(SIGKILL);
        kill(command, SIGKILL);
      });
  CHECK(taken <= kAtOnce);
}

TEST_CASE("kill -9 of a wrapper whose command lives on keeps the turn") {
  Sandbox box;
  std::optional<Process> wrapper;
  pid_t command = start_command(box, wrapper, kSupervised);
  Process next = start_next(box);
  wrapper->signal(SIGKILL);
  CHECK(wrapper->wait().signal() == SIGKILL);
  CHECK(alive(command));
  CHECK(stays([&] { return !exists(box.path("next")); }, Milliseconds(500)));
  CHECK(box.waiting("q") == 1);
  CHECK(box.sh("exec syncq run -n q -- true").code() == 75);
  hand_off(box, next, [&] { kill(command, SIGTERM); });
}

TEST_CASE("kill -9 of a waiter frees its position at once") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  std::string run = GENERATE(as<std::string>{}, "syncq run -q ",
                             "syncq run -q --timeout 1h ");
  Process first = box.start("exec " + run + "q -- touch first");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  Process second = box.start("exec " + run + "q -- touch second");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  first.signal(SIGKILL);
  CHECK(eventually([&] { return box.waiting("q") == 1; }, seconds(2)));
  Json tickets = box.get("/fifo/q")["tickets"];
  CHECK(tickets[1]["place"] == 1);
  CHECK(tickets[1]["pid"] == second.pid());
  box.let_go(holder);
  CHECK(second.wait().code() == 0);
  CHECK_FALSE(exists(box.path("first")));
}

TEST_CASE("a stopped holder keeps its turn") {
  Sandbox box;
  std::optional<Process> wrapper;
  pid_t command = start_command(box, wrapper, "syncq run ");
  stop(command);
  Process next = start_next(box);
  CHECK(stays([&] { return !exists(box.path("next")); }, Milliseconds(300)));
  hand_off(box, next, [&] { kill(command, SIGKILL); });
}

TEST_CASE("a stopped waiter is passed over, and gone once it is killed") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process stuck = box.start("exec syncq run -q q -- touch stuck");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  stop(stuck.pid());
  Process next = box.start("exec syncq run -q q -- touch next");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  box.let_go(holder);
  CHECK(next.wait().code() == 0);
  CHECK(box.waiting("q") == 1);
  stuck.signal(SIGKILL);
  CHECK(eventually([&] { return box.waiting("q") == 0; }));
  CHECK_FALSE(exists(box.path("stuck")));
}

TEST_CASE("children that outlive the command do not keep the turn") {
  Sandbox box;
  // As with the bare command, and unlike flock's inherited file.
  CHECK(box.ok("syncq run q -- sh -c 'sleep 1000 & echo $! > left'; "
               "syncq run -n q -- echo free; kill $(cat left)") == "free");
}

TEST_CASE("100 contenders, some killed: the others all run, one at a time",
          "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  std::vector<Process> contenders;
  for (int i = 0; i < 60; ++i) {
    contenders.push_back(box.start(
        "exec syncq run -q q -- sh -c 'mkdir lock || echo clash >> clash; "
        "echo " +
        std::to_string(i) + " >> out; rmdir lock'"));
  }
  REQUIRE(eventually([&] { return box.waiting("q") == 60; }));
  for (int i = 0; i < 60; i += 3) contenders[i].signal(SIGKILL);
  REQUIRE(eventually([&] { return box.waiting("q") == 40; }));
  box.let_go(holder);
  for (int i = 0; i < 60; ++i) {
    CHECK(contenders[i].wait().signal() == (i % 3 == 0 ? SIGKILL : 0));
  }
  CHECK(box.ok("wc -l < out") == "40");
  CHECK_FALSE(exists(box.path("clash")));
}
