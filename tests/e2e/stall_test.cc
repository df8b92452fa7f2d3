// A machine that is busy for a while: what is late is waited for, what never
// comes is not.

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/sandbox.h"
#include "tests/e2e/slow_link.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// Stops the daemon, as a machine does that has no time for it.
pid_t stall_daemon(const Sandbox& box) {
  pid_t daemon = box.daemon_pid();
  REQUIRE(daemon > 0);
  kill(daemon, SIGSTOP);
  return daemon;
}

// Keeps the next daemon from being ready for so long: opening its log blocks
// until somebody reads it.
Process slow_start(Sandbox& box, const std::string& seconds) {
  box.ok("rm -f state/daemon.log; mkfifo state/daemon.log");
  return box.start("sleep " + seconds + "; exec cat state/daemon.log");
}

}  // namespace

TEST_CASE("a daemon that needs 12 s to start is waited for") {
  Sandbox box;
  mkdir(box.state_dir().c_str(), 0700);
  Process reader = slow_start(box, "12");
  Outcome both = box.sh(R"(
    { syncq run -q q -- echo one & syncq run -q q -- echo two; wait; } |
      sort)");
  CHECK(both.err.empty());
  CHECK(both.out == "one\ntwo\n");
  CHECK(box.daemons_become(1));
  box.ok("syncq daemon stop");
  CHECK(reader.wait().code() == 0);
}

TEST_CASE("an answer is waited for, but not for ever") {
  Sandbox box;
  box.ok("syncq fifo new --name q");
  pid_t daemon = stall_daemon(box);
  Process early = box.start("exec syncq fifo ls");
  Process popping = box.start("exec syncq queue pop jobs");
  Process late = box.start("sleep 18; exec syncq fifo ls -o json | jq length");
  Outcome given_up = early.wait();
  CHECK(given_up.code() == 1);
  CHECK_THAT(given_up.err, Contains("did not answer within 30 s"));
  Outcome popped = popping.wait();
  CHECK(popped.code() == 1);
  CHECK_THAT(popped.err, Contains("did not answer within 30 s"));
  kill(daemon, SIGCONT);
  CHECK(late.wait().code() == 0);
}

TEST_CASE("run -w gives up in its time though the daemon hangs") {
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

TEST_CASE("a push waits for a daemon that was killed and starts slowly") {
  Sandbox box;
  box.ok("syncq queue new q");
  pid_t daemon = stall_daemon(box);
  Process push = box.start("exec syncq queue push q message");
  std::string fds = "ls -l /proc/" + std::to_string(push.pid()) + "/fd";
  REQUIRE(
      eventually([&] { return count_of(box.sh(fds).out, "socket:") == 1; }));
  Process reader = slow_start(box, "33");
  kill(daemon, SIGKILL);
  Outcome pushed = push.wait();
  CHECK(pushed.err.empty());
  CHECK(pushed.code() == 0);
  CHECK(box.get("/queues/q")["queue"]["size"] == 1);
  box.ok("syncq daemon stop");
  CHECK(reader.wait().code() == 0);
}

TEST_CASE("a message may be longer on its way than an answer may stall") {
  Sandbox box;
  box.ok("head -c 3600000 /dev/zero | syncq queue push q");
  SlowLink link(box.path("slow"), box.socket(), 100'000);
  CHECK(box.ok("syncq queue peek q -e unix:$PWD/slow | wc -c", seconds(120)) ==
        "3600000");
}

TEST_CASE("a message is popped though its way is longer than pop's lease") {
  Sandbox box;
  box.ok("head -c 600000 /dev/zero | syncq queue push q");
  SlowLink link(box.path("slow"), box.socket(), 100'000);
  CHECK(box.ok("syncq queue pop q -e unix:$PWD/slow | wc -c", seconds(120)) ==
        "600000");
  CHECK(box.get("/queues/q")["queue"]["size"] == 0);
}

TEST_CASE("a message that was long on its way is handled once") {
  Sandbox box;
  box.ok("head -c 2100000 /dev/zero | syncq queue push q");
  SlowLink link(box.path("slow"), box.socket(), 100'000);
  box.ok(
      "syncq queue each q -e unix:$PWD/slow --lease 30s --until-empty -- "
      "sh -c 'echo >> handled; sleep 12'",
      seconds(120));
  CHECK(box.ok("wc -l < handled") == "1");
}
