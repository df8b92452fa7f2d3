#pragma once

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {

using Signals = std::vector<std::pair<pid_t, int>>;

// One that ends turns.
inline HoldRequest preempting(Duration grace = 10s, int signal = SIGTERM) {
  HoldRequest call;
  call.terms.preempt = {signal, grace};
  return call;
}

// Turns of processes.
struct Busy : FifoFixture {
  explicit Busy(int slots = 1) {
    NewFifo wanted;
    wanted.slots = slots;
    named("q", wanted);
  }
  // A turn of this process, in line after the others.
  Uuid run(pid_t pid, ConnectionId caller, HoldRequest call = {}) {
    call.exec = true;
    call.owner = processes.start(pid);
    Uuid ticket = hold("q", caller, call).ticket;
    advance(1s);
    return ticket;
  }
  // The process ends, and its connection with it.
  void end_run(pid_t pid, ConnectionId caller) {
    end_process(pid);
    gone(caller);
  }
  bool has_turn(ConnectionId caller) {
    return callers.granted(caller).has_value();
  }
  void wait_until_killed(Duration wait) {
    const std::size_t sent = processes.signals.size();
    advance(wait - kNano);
    CHECK(processes.signals.size() == sent);
    CHECK(engine->next_deadline() == now + kNano);
    advance(kNano);
    REQUIRE(processes.signals.size() == sent + 1);
    CHECK(processes.signals.back().second == SIGKILL);
  }
  std::vector<std::string> steered() {
    std::vector<std::string> texts;
    for (const Event& event : events) {
      const auto* each = std::get_if<FifoSteered>(&event);
      if (each != nullptr && each->action == "preempt") {
        texts.push_back(each->what);
      }
    }
    return texts;
  }
};

}  // namespace syncq::test
