// Producers and consumers while the daemon and workers are killed in a loop.

#include <signal.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/e2e/harness/daemon_killer.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

// The acknowledged messages are in the file `pushed`.
const char* const kProducer = R"(
  for i in $(seq $each); do
    syncq queue push jobs $who-$i && echo $who-$i >> pushed
  done)";

// One line in `log` when it has a message (h) and one when its acknowledgement
// was answered (a).
const char* const kConsumer = R"sh(
  while ! test -e stop; do
    syncq queue pop jobs --wait=1s --lease 5s --lease-file id.$who > m.$who ||
      continue
    echo "h $(cat m.$who)" >> log
    syncq queue ack jobs $(cat id.$who) && echo "a $(cat m.$who)" >> log
  done)sh";

const char* const kWorker = R"(
  while ! test -e stop; do
    syncq queue each jobs -q --lease 5s -- sh -c 'echo "h {}" >> log' &
    echo $! > worker.$who
    wait
  done)";

std::string as(int who, const char* script) {
  return "who=" + std::to_string(who) + "\n" + script;
}

void kill_pid_in(const std::string& file) {
  std::string text = exists(file) ? read_file(file) : "";
  if (!text.empty()) kill(std::stoi(text), SIGKILL);
}

}  // namespace

TEST_CASE("crashing workers lose nothing, and no acked message comes again",
          "[slow]") {
  Sandbox box;
  const int messages = repetitions(30);
  box.env()["each"] = std::to_string(messages);
  box.env()["SYNCQ_GRACE_HASTE"] = "20";
  box.ok("syncq queue new jobs; touch log pushed");
  std::vector<Process> all;
  constexpr int kEach = 4;
  for (int i = 0; i < kEach; ++i) {
    all.push_back(box.start(as(i, kConsumer)));
    all.push_back(box.start(as(i, kWorker)));
  }
  std::vector<Process> producers;
  for (int i = 0; i < 2 * kEach; ++i) {
    producers.push_back(box.start(as(i, kProducer)));
  }
  auto producing = [&] {
    return std::any_of(producers.begin(), producers.end(),
                       [](Process& each) { return each.running(); });
  };
  DaemonKiller killer(box, [&] { return !producing(); });
  int round = 0;
  for (; producing() && round < 1000; ++round) {
    killer.strike(Milliseconds(100));
    if (round % 3 == 0) {
      kill_pid_in(box.path("worker." + std::to_string(round / 3 % kEach)));
    }
  }
  CHECK(killer.kills() > 3);
  CHECK(eventually(
      [&] {
        return box.sh("sleep 0.2; syncq queue show jobs -o json | jq -e "
                      "'.queue.size + "
                      ".queue.leased + .queue.delayed == 0'")
                   .code() == 0;
      },
      seconds(120)));
  write_file(box.path("stop"), "");
  for (int i = 0; i < kEach; ++i) {
    kill_pid_in(box.path("worker." + std::to_string(i)));
  }
  for (Process& process : all) process.wait();
  std::set<std::string> handled;
  std::set<std::string> acked;
  for (const std::string& line : lines_of(read_file(box.path("log")))) {
    std::string message = line.substr(2);
    INFO(line);
    if (line[0] == 'h') CHECK(acked.count(message) == 0);
    (line[0] == 'h' ? handled : acked).insert(message);
  }
  auto pushed = lines_of(read_file(box.path("pushed")));
  CHECK(pushed.size() == 2U * kEach * messages);
  for (const std::string& message : pushed) {
    INFO(message);
    CHECK(handled.count(message) == 1);
  }
}

TEST_CASE("a plain pop gives no message to two", "[slow]") {
  Sandbox box;
  const int messages = repetitions(200);
  box.env()["messages"] = std::to_string(messages);
  box.ok("seq $messages | syncq queue push --lines q");
  std::vector<Process> poppers;
  for (int i = 0; i < 4; ++i) {
    poppers.push_back(box.start(R"(
      while m=$(syncq queue pop q --wait=2s); do echo $m; done)"));
  }
  DaemonKiller killer(box, [&] {
    return std::none_of(poppers.begin(), poppers.end(),
                        [](Process& each) { return each.running(); });
  });
  for (int round = 0; round < 10; ++round) killer.strike(Milliseconds(100));
  std::set<std::string> seen;
  std::size_t lines = 0;
  for (Process& popper : poppers) {
    for (const std::string& line : lines_of(popper.wait().out)) {
      CHECK(seen.insert(line).second);
      ++lines;
    }
  }
  CHECK(lines == static_cast<std::size_t>(messages));
  // Asked even of a daemon that was killed last, after all had ended.
  CHECK(box.ok("syncq queue show q -o json | jq .queue.size") == "0");
}

TEST_CASE("a killed daemon loses and doubles nothing of a push of lines",
          "[slow]") {
  Sandbox box;
  const int lines = repetitions(100000);
  box.env()["lines"] = std::to_string(lines);
  Process push = box.start("seq $lines | syncq queue push --lines q");
  DaemonKiller killer(box, [&] { return !push.running(); });
  // Longer each time: a slow daemon must make progress, and a fast one be hit.
  for (Milliseconds pause(10); push.running(); pause *= 2) killer.strike(pause);
  CHECK(push.wait().code() == 0);
  CHECK(killer.kills() > 1);
  CHECK(box.ok(R"(
    syncq queue show q -o json | jq .queue.size
    for i in 0 1 4999 5000 $((lines - 1)); do syncq queue peek q $i; echo; done
    )") ==
        std::to_string(lines) + "\n1\n2\n5000\n5001\n" + std::to_string(lines));
}
