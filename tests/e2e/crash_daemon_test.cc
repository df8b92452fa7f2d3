// `kill -9` of the daemon at any moment: nothing lost, never two holders,
// the order kept.

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <random>

#include "tests/e2e/harness/daemon_killer.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

std::string witness(int number) {
  return " sh -c 'mkdir lock || echo clash >> clash; echo " +
         std::to_string(number) +
         " >> out; echo $SYNCQ_FENCE >> fences; rmdir lock'";
}

// Kills the daemon that holds the lock now; false if none does.
bool kill_daemon(Sandbox& box) {
  pid_t pid = box.daemon_pid();
  if (pid <= 0 || !alive(pid)) return false;
  kill(pid, SIGKILL);
  return eventually([&] { return !alive(pid); });
}

// Kills daemons at random moments until all contenders have ended or `most` is
// reached. Returns how often.
int harass(Sandbox& box, std::vector<Process>& contenders, int most) {
  unsigned seed = std::random_device()();
  UNSCOPED_INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> pause(0, 60 * slowness());
  auto over = [&] {
    return std::none_of(contenders.begin(), contenders.end(),
                        [](Process& each) { return each.running(); });
  };
  DaemonKiller killer(box, over);
  auto end = std::chrono::steady_clock::now() + seconds(10);
  while (killer.kills() < most && std::chrono::steady_clock::now() < end &&
         !over()) {
    killer.strike(Milliseconds(pause(random)));
  }
  return killer.kills();
}

void check_each_ran_once(Sandbox& box, int count) {
  // The last kill may have come after the last client: only another daemon
  // removes the dead one's socket.
  box.ok("syncq daemon start");
  CHECK_FALSE(exists(box.path("clash")));
  CHECK(box.ok("sort -n out") == box.ok("seq " + std::to_string(count)));
  // Fences strictly increase.
  CHECK(box.ok("sort -n -u fences") == box.ok("cat fences"));
}

}  // namespace

TEST_CASE("kill -9 of the daemon under load: order kept, nothing lost",
          "[slow]") {
  Sandbox box;
  std::string mode = GENERATE(as<std::string>{}, "", "--timeout 1h ");
  const int count = repetitions(30);
  Process holder = box.hold_turn("q");
  std::vector<Process> contenders;
  for (int i = 1; i <= count; ++i) {
    contenders.push_back(
        box.start("exec syncq run -q " + mode + "q --" + witness(i)));
    REQUIRE(
        eventually([&] { return box.get("/fifo/q")["fifo"]["waiting"] == i; }));
  }
  REQUIRE(kill_daemon(box));
  box.let_go(holder);
  int killed = harass(box, contenders, 40);
  for (Process& each : contenders) {
    Outcome outcome = each.wait(seconds(120));
    INFO(outcome.err);
    CHECK(outcome.code() == 0);
  }
  CHECK(killed >= 1);
  check_each_ran_once(box, count);
  CHECK(read_file(box.path("out")) ==
        box.ok("seq " + std::to_string(count)) + "\n");
}

TEST_CASE("kill -9 of the daemon while tickets are drawn: each runs once",
          "[slow]") {
  Sandbox box;
  const int count = repetitions(30);
  box.ok("syncq daemon start");
  std::vector<Process> contenders;
  for (int i = 1; i <= count; ++i) {
    contenders.push_back(box.start("exec syncq run -q q --" + witness(i)));
  }
  int killed = harass(box, contenders, 40);
  for (Process& each : contenders) {
    Outcome outcome = each.wait(seconds(120));
    INFO(outcome.err);
    CHECK(outcome.code() == 0);
  }
  CHECK(killed >= 1);
  check_each_ran_once(box, count);
}

TEST_CASE("kill -9 of the daemon while a command runs keeps the command's turn",
          "[slow]") {
  Sandbox box;
  std::string mode = GENERATE(as<std::string>{}, "", "--timeout 1h ");
  Process run = box.start("exec syncq run " + mode +
                          "q -- sh -c 'touch runs; "
                          "while [ ! -e go ]; do sleep 0.01; done; "
                          "test -e next && exit 1; exit 42'");
  REQUIRE(eventually([&] { return exists(box.path("runs")); }));
  Process next = box.start("exec syncq run -q q -- touch next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  for (int i = 0; i < 3; ++i) {
    // The waiter starts the next daemon.
    REQUIRE(eventually([&] { return kill_daemon(box); }));
  }
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(stays([&] { return !exists(box.path("next")); }, Milliseconds(300)));
  CHECK(box.sh("exec syncq run -n q -- true").code() == 75);
  write_file(box.path("go"), "");
  CHECK(run.wait().code() == 42);
  CHECK(next.wait().code() == 0);
  CHECK(exists(box.path("next")));
}

TEST_CASE("a command that ends while there is no daemon has ended its turn") {
  Sandbox box;
  std::string mode = GENERATE(as<std::string>{}, "", "--timeout 1h ");
  Process run = box.start("exec env SYNCQ_NO_SPAWN= syncq run " + mode +
                          "q -- sh -c 'touch runs; "
                          "while [ ! -e go ]; do sleep 0.01; done; exit 3'");
  REQUIRE(eventually([&] { return exists(box.path("runs")); }));
  REQUIRE(kill_daemon(box));
  write_file(box.path("go"), "");
  CHECK(run.wait().code() == 3);
  CHECK(box.ok("syncq run -w 20s q -- echo next") == "next");
}

TEST_CASE("kill -9 of daemon and wrapper together while the command lives") {
  Sandbox box;
  Process wrapper = box.start(
      "exec syncq run --timeout 1h q -- "
      "sh -c 'echo $$ > pid; exec sleep 1000'");
  REQUIRE(
      eventually([&] { return read_file(box.path("pid")).ends_with('\n'); }));
  pid_t command = std::atoi(read_file(box.path("pid")).c_str());
  pid_t daemon = box.daemon_pid();
  kill(daemon, SIGKILL);
  wrapper.signal(SIGKILL);
  CHECK(wrapper.wait().signal() == SIGKILL);
  REQUIRE(eventually([&] { return !alive(daemon); }));
  REQUIRE(alive(command));
  // The next daemon knows the command by pid and start time.
  Process next = box.start("exec syncq run -q q -- touch next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(stays([&] { return !exists(box.path("next")); }, Milliseconds(500)));
  kill(command, SIGKILL);
  CHECK(next.wait().code() == 0);
}

TEST_CASE("kill -9 of daemon and everything: the next runs") {
  Sandbox box;
  std::string mode = GENERATE(as<std::string>{}, "", "--timeout 1h ");
  {
    Process run = box.start("exec syncq run " + mode +
                            "q -- sh -c 'touch runs; exec sleep 1000'");
    REQUIRE(eventually([&] { return exists(box.path("runs")); }));
    REQUIRE(kill_daemon(box));
  }
  CHECK(box.ok("syncq run -w 20s q -- echo next") == "next");
}

TEST_CASE("tickets of plain HTTP clients outlive kill -9 in their order") {
  Sandbox box;
  std::string tickets = box.ok(
      "syncq fifo new --name q >/dev/null; "
      "for i in $(seq 20); do syncq fifo ticket q; done");
  REQUIRE(kill_daemon(box));
  CHECK(box.ok("syncq fifo show q -o json | jq -r '.tickets[].ticket'") ==
        tickets);
  CHECK(box.ok("for t in $(syncq fifo show q -o json | "
               "jq -r '.tickets[].ticket'); do "
               "syncq fifo wait q $t && syncq fifo done q $t && echo $t; "
               "done") == tickets);
}

TEST_CASE("whatever was acknowledged outlives kill -9 right after") {
  Sandbox box;
  box.ok("syncq fifo new --name q");
  for (int i = 1; i <= 10; ++i) {
    box.ok(
        "t=$(curl -sSf --unix-socket s http://localhost/fifo/q/ticket); "
        "kill -9 $(cat state/daemon.lock); echo $t >> acknowledged");
    REQUIRE(box.ok("syncq fifo show q -o json | jq .count.tickets") ==
            std::to_string(i));
  }
  CHECK(box.ok("jq -r .ticket acknowledged") ==
        box.ok("syncq fifo show q -o json | jq -r '.tickets[].ticket'"));
}
