// A machine that is busy for a while: clients wait for a late answer, but not
// for one that never comes.

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/daemon_killer.h"
#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/slow_link.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// Stops the daemon, as if a busy machine had no time for it.
pid_t stall_daemon(const Sandbox& box) {
  pid_t daemon = box.daemon_pid();
  REQUIRE(daemon > 0);
  stop(daemon);
  return daemon;
}

// Delays the next daemon's start this long: opening its log blocks until it has
// a reader.
Process slow_start(Sandbox& box, double seconds) {
  box.ok("rm -f state/daemon.log; mkfifo state/daemon.log");
  return box.start("sleep " + std::to_string(seconds) +
                   "; exec cat state/daemon.log");
}

}  // namespace

TEST_CASE("a daemon that needs 12 s to start is waited for", "[slow]") {
  Sandbox box;
  mkdir(box.state_dir().c_str(), 0700);
  Process reader = slow_start(box, 12.0 / box.hurry());
  Outcome both = box.sh(R"(
    { syncq run -q q -- echo one & syncq run -q q -- echo two; wait; } |
      sort)");
  CHECK(both.err.empty());
  CHECK(both.out == "one\ntwo\n");
  CHECK(box.daemons_become(1));
  box.ok("syncq daemon stop");
  CHECK(reader.wait().code() == 0);
}

TEST_CASE("a hangup does not end a daemon that starts") {
  Sandbox box;
  mkdir(box.state_dir().c_str(), 0700);
  Process reader = slow_start(box, 0.5);
  Process run = box.start("exec syncq run q -- echo ran");
  pid_t daemon = 0;
  REQUIRE(eventually([&] { return (daemon = box.daemon_pid()) > 0; }));
  kill(daemon, SIGHUP);
  CHECK(run.wait().out == "ran\n");
  CHECK(box.daemon_pid() == daemon);
  box.ok("syncq daemon stop");
  CHECK(reader.wait().code() == 0);
}

TEST_CASE("an answer is waited for, but not for ever", "[slow]") {
  Sandbox box;
  const int haste = box.hurry();
  const std::string bound = std::to_string(30 / haste) + " s";
  box.ok("syncq fifo new --name q");
  pid_t daemon = stall_daemon(box);
  Process early = box.start("exec syncq fifo ls");
  Process popping = box.start("exec syncq queue pop jobs");
  Process late = box.start("sleep " + std::to_string(18.0 / haste) +
                           "; exec syncq fifo ls -o json | jq length");
  Outcome given_up = early.wait();
  CHECK(given_up.code() == 1);
  CHECK_THAT(given_up.err, Contains("did not answer within " + bound));
  Outcome popped = popping.wait();
  CHECK(popped.code() == 69);
  CHECK_THAT(popped.err, Contains("did not answer within " + bound));
  kill(daemon, SIGCONT);
  CHECK(late.wait().code() == 0);
}

TEST_CASE("run -w gives up in its time though the daemon hangs", "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process queued = box.start("exec syncq run -q -w 3s q -- true");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  pid_t daemon = stall_daemon(box);
  Process late = box.start("exec syncq run -q -w 1s q -- true");
  CHECK(late.wait(seconds(20)).code() == 75);
  CHECK(queued.wait(seconds(20)).code() == 75);
  kill(daemon, SIGCONT);
}

TEST_CASE("waits keep their limit though the daemon hangs", "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  box.ok("syncq queue new empty; syncq fifo ticket q > ticket");
  pid_t daemon = stall_daemon(box);
  for (const char* wait : {"queue pop empty --wait=1s",
                           "fifo wait q $(cat ticket) --timeout 1s"}) {
    Outcome end = box.sh(std::string("exec syncq ") + wait, seconds(20));
    CHECK(end.code() == 75);
    CHECK_THAT(end.err, Contains("did not answer in time"));
  }
  kill(daemon, SIGCONT);
}

TEST_CASE("fifo wait keeps its limit and its position though daemons die") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  box.ok("syncq fifo ticket q > ticket");
  Process limited =
      box.start("exec syncq fifo wait q $(cat ticket) --timeout 4s");
  Process patient = box.start("exec syncq fifo wait q $(cat ticket)");
  auto began = std::chrono::steady_clock::now();
  DaemonKiller killer(box, [&] { return !limited.running(); });
  while (limited.running() && since(began) < seconds(30)) {
    killer.strike(Milliseconds(300));
  }
  CHECK(limited.wait().code() == 75);
  CHECK(since(began) < seconds(8));
  box.let_go(holder);
  CHECK(patient.wait().code() == 0);
}

TEST_CASE("a push waits for a daemon that was killed and starts slowly",
          "[slow]") {
  Sandbox box;
  const int haste = box.hurry();
  box.ok("syncq queue new q");
  pid_t daemon = stall_daemon(box);
  Process push = box.start("exec syncq queue push q message");
  std::string fds = "ls -l /proc/" + std::to_string(push.pid()) + "/fd";
  REQUIRE(
      eventually([&] { return count_of(box.sh(fds).out, "socket:") == 1; }));
  Process reader = slow_start(box, 33.0 / haste);
  kill(daemon, SIGKILL);
  Outcome pushed = push.wait();
  CHECK(pushed.err.empty());
  CHECK(pushed.code() == 0);
  CHECK(box.get("/queues/q")["queue"]["size"] == 1);
  box.ok("syncq daemon stop");
  CHECK(reader.wait().code() == 0);
}

TEST_CASE("a message may be longer on its way than an answer may stall",
          "[slow]") {
  Sandbox box;
  const int haste = box.hurry();
  box.ok("head -c 3600000 /dev/zero | syncq queue push q");
  SlowLink link(box.path("slow"), box.socket(), haste * 100'000);
  CHECK(box.ok("syncq queue peek q -e unix:$PWD/slow | wc -c", seconds(240)) ==
        "3600000");
}

TEST_CASE("a message is popped though its way is longer than pop's lease",
          "[slow]") {
  Sandbox box;
  const int haste = box.hurry();
  box.ok("head -c 600000 /dev/zero | syncq queue push q");
  SlowLink link(box.path("slow"), box.socket(), haste * 100'000);
  CHECK(box.ok("syncq queue pop q -e unix:$PWD/slow | wc -c", seconds(120)) ==
        "600000");
  CHECK(box.get("/queues/q")["queue"]["size"] == 0);
}

// Asks while the daemon is stopped, and continues it much later.
TEST_CASE("what was sent in time to a stopped daemon is in time", "[slow]") {
  Sandbox box;
  box.ok("syncq queue new q && echo one | syncq queue push q");
  const std::string api = "http://localhost/queues/q";
  const std::string curl = "curl -sS --unix-socket s -X POST ";
  box.ok(curl + "-D head '" + api + "/head?lease=2s'");
  std::string lease =
      box.ok("sed -n 's/^Syncq-Lease: //Ip' head | tr -d '\\r'");
  pid_t daemon = stall_daemon(box);
  Process ack =
      box.start("exec " + curl + "-w '%{http_code}' " + api + "/ack/" + lease);
  box.ok("sleep 4");
  kill(daemon, SIGCONT);
  CHECK_THAT(ack.wait().out, Catch::EndsWith("200"));
  CHECK(box.get("/queues/q")["queue"]["size"] == 0);
}

TEST_CASE("a lease that nobody asked for runs out, stopped daemon or not",
          "[slow]") {
  Sandbox box;
  box.ok("syncq queue new q && echo one | syncq queue push q");
  box.ok(
      "curl -sS --unix-socket s -X POST "
      "'http://localhost/queues/q/head?lease=1s'");
  pid_t daemon = stall_daemon(box);
  box.ok("sleep 2");
  kill(daemon, SIGCONT);
  CHECK(eventually([&] { return box.get("/queues/q")["queue"]["size"] == 1; }));
}

TEST_CASE("an answer under way is not cut off by an orderly stop", "[slow]") {
  Sandbox box;
  box.ok("head -c 4000000 /dev/zero | syncq queue push q");
  SlowLink link(box.path("slow"), box.socket(), 1'000'000);
  Process reader = box.start(
      "curl -sS --unix-socket slow http://localhost/queues/q/head | wc -c");
  REQUIRE(
      eventually([&] { return box.get("/queues/q")["queue"]["size"] == 0; }));
  pid_t daemon = box.daemon_pid();
  box.ok("syncq daemon stop");
  CHECK_FALSE(alive(daemon));
  CHECK(reader.wait().out == "4000000\n");
}

TEST_CASE("a reader that does not read keeps no daemon from its end",
          "[slow]") {
  Sandbox box;
  box.hurry();
  box.ok("head -c 4000000 /dev/zero | syncq queue push q");
  Process reader = box.start(
      "exec curl -sS -N --unix-socket s http://localhost/queues/q/peek/0 "
      "--limit-rate 1");
  REQUIRE(eventually(
      [&] { return box.get("/status")["in_flight_bytes"] > 1'000'000; }));
  pid_t daemon = box.daemon_pid();
  box.ok("syncq daemon stop", seconds(60));
  CHECK_FALSE(alive(daemon));
}

TEST_CASE("a message that was long on its way is handled once", "[slow]") {
  Sandbox box;
  const int haste = box.hurry();
  box.ok("head -c 2100000 /dev/zero | syncq queue push q");
  SlowLink link(box.path("slow"), box.socket(), haste * 100'000);
  box.ok("syncq queue each q -e unix:$PWD/slow --lease " +
             std::to_string(30 / haste) +
             "s --until-empty -- sh -c 'echo >> handled; sleep " +
             std::to_string(12.0 / haste) + "'",
         seconds(120));
  CHECK(box.ok("wc -l < handled") == "1");
}
