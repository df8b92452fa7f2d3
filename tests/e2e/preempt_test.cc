// Commands that end the one that has the turn.

#include <signal.h>

#include <catch2/catch.hpp>
#include <thread>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// Runs until it is killed, and says when it begins.
const std::string kStubborn =
    "-- sh -c \"trap '' TERM; touch begun; exec sleep 1000\"";

Process run_long(Sandbox& box, const std::string& options = "") {
  box.ok("syncq fifo new --name q");
  Process run = box.start("exec syncq run " + options + " q -- sleep 1000");
  REQUIRE(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 1; }));
  return run;
}

// The process of the command, and not of a wrapper that will be its parent.
pid_t pid_of_turn(Sandbox& box) {
  Json pid;
  REQUIRE(eventually([&] {
    pid = box.get("/fifo/q")["tickets"][0]["pid"];
    return pid.is_number();
  }));
  return pid.get<pid_t>();
}

TEST_CASE("what runs is ended for one that comes before all who wait") {
  Sandbox box;
  const std::string how = GENERATE("", "--timeout 1m ");
  Process holder = run_long(box);
  Process waiter = box.start(
      "exec syncq run q --priority 100 -- "
      "sh -c 'echo waiter >>order'");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  Process urgent = box.start("exec syncq run q --preempt " + how +
                             "-- sh -c 'echo urgent >>order'");
  Outcome ended = urgent.wait();
  CHECK(ended.code() == 0);
  CHECK_THAT(ended.err, StartsWith("syncq: q: ends sleep 1000 (pid ") &&
                            Contains(") first\n"));
  CHECK(holder.wait().signal() == SIGTERM);
  CHECK(waiter.wait().code() == 0);
  CHECK(box.ok("tr '\\n' ' ' <order") == "urgent waiter ");
  CHECK(box.log_count("that is sent SIGTERM for ticket") == 1);
  CHECK_THAT(box.ok("curl -s --unix-socket s http://localhost/metrics"),
             Contains("syncq_fifo_steering_total{action=\"preempt\"} 1"));
  CHECK(box.ok("syncq history -o json | jq -c [.turns[].signal]") ==
        R"([null,null,"TERM"])");
}

TEST_CASE("a turn that is free is had without a word") {
  Sandbox box;
  Outcome free = box.sh("syncq run --preempt=INT:1m q -- echo ran");
  CHECK(free.code() == 0);
  CHECK(free.out == "ran\n");
  CHECK(free.err.empty());
}

TEST_CASE("what does not end is killed after the grace") {
  Sandbox box;
  const bool remote = GENERATE(false, true);
  std::string endpoint;
  if (remote) {
    box.ok("syncq daemon start --tcp 127.0.0.1:0 --tcp-no-token");
    endpoint = "-e http://" +
               box.get("/status")["tcp"][0]["address"].get<std::string>();
  }
  Process holder = box.start("exec syncq " + endpoint + " run q " + kStubborn);
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  box.ok("syncq run --preempt=:300ms -q q -- true");
  CHECK(holder.wait().signal() == SIGKILL);
  CHECK(box.log_count("that is sent SIGKILL for ticket") == 1);
}

TEST_CASE("a stopped command is ended, too") {
  Sandbox box;
  Process holder = run_long(box);
  kill(pid_of_turn(box), SIGSTOP);
  box.ok("syncq run --preempt=INT:0 -q q -- true");
  CHECK(holder.wait().signal() == SIGINT);
}

TEST_CASE("nothing is killed for one that has left") {
  Sandbox box;
  Process holder = box.start("exec syncq run q " + kStubborn);
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  Process urgent = box.start("exec syncq run --preempt=:400ms q -- true");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  kill(urgent.pid(), SIGKILL);
  REQUIRE(eventually([&] { return box.waiting("q") == 0; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(800));
  CHECK(box.get("/fifo/q")["fifo"]["held"] == 1);
  box.ok("syncq fifo kill q -s KILL");
  CHECK(holder.wait().signal() == SIGKILL);
}

TEST_CASE("one that waits asks on when the daemon was killed") {
  Sandbox box;
  Process holder = box.start("exec syncq run q " + kStubborn);
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  Process urgent = box.start("exec syncq run --preempt=:2s q -- touch ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  kill(box.daemon_pid(), SIGKILL);
  CHECK(urgent.wait().code() == 0);
  CHECK(holder.wait().signal() == SIGKILL);
  CHECK(exists(box.path("ran")));
}

TEST_CASE("a turn that was waited for is waited for, in front") {
  Sandbox box;
  box.ok(
      "syncq fifo new --name q; t=$(syncq fifo ticket q); "
      "syncq fifo wait q $t; echo $t >t; syncq fifo ticket q");
  Process urgent = box.start("exec syncq run --preempt q -- true");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  box.ok("syncq fifo done q $(cat t)");
  Outcome ran = urgent.wait();
  CHECK(ran.code() == 0);
  CHECK_THAT(ran.err,
             Contains("waits for 1 turn that can't be ended by a signal"));
}

TEST_CASE("one inside a turn of the same FIFO does not end that") {
  Sandbox box;
  const std::string slots = GENERATE("", "--slots 2 ");
  const std::string inner = " q -- touch ran";
  Outcome refused =
      box.sh("syncq run " + slots + "q -- syncq run --preempt" + inner);
  CHECK(refused.code() == 125);
  CHECK_THAT(refused.err, Contains("--nested=within"));
  CHECK_FALSE(exists(box.path("ran")));
  box.ok("syncq run " + slots + "q -- syncq run --preempt --nested=within" +
         inner);
  CHECK(exists(box.path("ran")));
}

TEST_CASE("what does not go with preempting is refused") {
  Sandbox box;
  for (const char* options : {"-n", "--priority 1", "--if-waiting replace",
                              "--settle 2s", "--nested=wait"}) {
    INFO(options);
    Outcome refused =
        box.sh(std::string("syncq run --preempt ") + options + " q -- true");
    CHECK(refused.code() == 2);
    CHECK_THAT(refused.err, Contains("--preempt"));
  }
  for (const char* value : {"NONE", "INT:", "NONE:5s", "30s", ":"}) {
    INFO(value);
    Outcome refused =
        box.sh(std::string("syncq run --preempt=") + value + " q -- true");
    CHECK(refused.code() == 2);
    CHECK_THAT(refused.err, Contains("SIGNAL:GRACE"));
  }
  CHECK_THAT(box.sh("syncq run --preempt=:5 q -- true").err,
             Contains("--preempt: grace '5'"));
  CHECK_THAT(box.sh("syncq run --preempt= q -- true").err,
             Contains("write --preempt"));
  box.ok("syncq fifo new --name q");
  auto answer = [&](const std::string& parameters) {
    return box.ok(
        "curl -s --unix-socket s -X POST 'http://localhost/fifo/q/hold?" +
        parameters + "'");
  };
  CHECK_THAT(answer("cancel_grace=1s"), Contains("cancel_holder"));
  for (const char* value : {"1", "yes", "NONE", "TERM:1s", ""}) {
    INFO(value);
    CHECK_THAT(answer(std::string("cancel_holder=") + value),
               Contains("bad_request") && Contains("use true, or the name"));
  }
  for (const char* other :
       {"priority=0", "if_waiting=skip", "settle=1s", "nowait=true"}) {
    INFO(other);
    std::string name = other;
    CHECK_THAT(answer("cancel_holder=true&" + name),
               Contains("leave " + name.substr(0, name.find('=')) + " out"));
  }
  CHECK(box.sh("curl -sf --unix-socket s "
               "'http://localhost/fifo/q/ticket?cancel_holder=true'")
            .code() == 22);
}

TEST_CASE("hold says whose turns are ended") {
  Sandbox box;
  Process holder = run_long(box, "--label one");
  const std::string pid = std::to_string(pid_of_turn(box));
  std::string lines = box.ok(
      "curl -sN --max-time 1 --unix-socket s -X POST "
      "'http://localhost/fifo/q/hold?create=true&cancel_holder=int&timeout=10s'"
      " | head -1 | jq -c '[.preempted[0].label,.preempted[0].pid,"
      ".not_preempted,.place]'");
  CHECK(lines == "[\"one\"," + pid + ",0,1]");
  CHECK(holder.wait().signal() == SIGINT);
}

}  // namespace
