// A message leaves its queue when it has been written, and not before.

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/small_disk.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("a message that can't be written is still there") {
  Sandbox box;
  box.ok("syncq queue push q one");
  for (const char* command :
       {"pop q", "pop q -o json", "pop q --newest", "consume q 0",
        "consume q 0 -o json", "pop q --lease 1m",
        "pop q --lease 1m --lease-file /nothere/id"}) {
    for (const char* output : {">/dev/full", ">&-"}) {
      Outcome end =
          box.sh(std::string("syncq queue ") + command + " " + output);
      INFO(command << output);
      CHECK(end.code() == 1);
      CHECK_THAT(end.err, Contains("it is still in the queue"));
    }
  }
  CHECK(box.ok("syncq queue peek q -o json | jq -c '[.body, .attempt]'") ==
        R"(["one",0])");
  CHECK(box.ok("syncq queue pop q") == "one");
}

TEST_CASE("an empty message is not lost to a closed stdout either") {
  Sandbox box;
  box.ok("syncq queue push q ''");
  CHECK(box.sh("syncq queue pop q >&-").code() == 1);
  CHECK(box.ok("syncq queue show q -o json | jq .queue.size") == "1");
}

TEST_CASE("a reader that goes away in the middle takes no message along") {
  Sandbox box;
  box.ok("head -c 1M /dev/zero | syncq queue push q");
  Outcome end = box.sh(
      "syncq queue pop q | head -c 5 > part; echo ${PIPESTATUS[0]}; wc -c < "
      "part");
  CHECK(end.out == "141\n5\n");
  CHECK_THAT(end.err, Contains("it is still in the queue"));
  CHECK(box.ok("trap '' PIPE; syncq queue pop q | head -c 5 >/dev/null; "
               "echo ${PIPESTATUS[0]}") == "1");
  CHECK(box.ok("syncq queue pop q | wc -c") == "1048576");
}

TEST_CASE("a message stays ours while a slow reader takes it in", "[slow]") {
  Sandbox box;
  box.env()["wait"] = std::to_string(8 / box.hurry() + 1) + "s";
  box.ok("head -c 1M /dev/zero | syncq queue push q");
  CHECK(box.ok(R"(
    syncq queue pop q | {
      dd bs=1 count=1 status=none >/dev/null
      syncq queue pop -q q --wait=$wait; echo $?
      wc -c
    })") == "75\n1048575");
  CHECK(box.get("/queues/q")["queue"]["leased"] == 0);
  CHECK(box.get("/queues/q")["queue"]["size"] == 0);
}

TEST_CASE("a full disk loses no message that is popped to it") {
  Sandbox box;
  const std::string unshare = own_mounts(box);
  if (unshare.empty()) return;
  box.ok("head -c 1M /dev/zero | syncq queue push q");
  Outcome end = box.sh("exec " + unshare + R"( bash -c '
    mkdir disk; mount -t tmpfs -o size=64k none disk
    syncq queue pop q > disk/out')");
  CHECK(end.code() == 1);
  CHECK_THAT(end.err, Contains("No space left on device; it is still"));
  CHECK(box.ok("syncq queue pop q | wc -c") == "1048576");
}

// Each daemon lives for at least one message: a pop that does not hear within
// half its lease whether the ack succeeded can't tell, and says so.
TEST_CASE("a pop whose daemon is killed gets its message, and once") {
  Sandbox box;
  const int messages = repetitions(60);
  box.ok("seq " + std::to_string(messages) + " | syncq queue push --lines q");
  Process popper = box.start(R"(
    while m=$(syncq queue pop -q q); do echo "$m"; done)");
  int kills = 0;
  std::string seen;
  while (popper.running() && kills < 1000) {
    eventually([&] { return !popper.running() || popper.out() != seen; });
    seen = popper.out();
    // At another moment of the next pop each time.
    eventually([&] { return !popper.running(); },
               Milliseconds(kills % 8) * slowness());
    pid_t daemon = box.daemon_pid();
    if (daemon != 0 && kill(daemon, SIGKILL) == 0) ++kills;
  }
  CHECK(kills > 1);
  std::string all;
  for (int i = 1; i <= messages; ++i) all += std::to_string(i) + "\n";
  Outcome end = popper.wait();
  INFO(end.err);
  CHECK(end.out == all);
  CHECK(box.ok("syncq queue show q -o json | jq .queue.size") == "0");
}
