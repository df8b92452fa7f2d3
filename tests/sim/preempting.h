#pragma once

#include <map>
#include <optional>

#include "daemon/fifo/fifo_calls.h"
#include "tests/sim/ask.h"

namespace syncq::sim {

// A turn that is to end.
struct Ending {
  std::optional<Instant> kill_at;
  Id kill_by = 0;  // whose grace ends then
  bool killed = false;
};

// The tickets that wait for turns which they end, and those turns.
struct Preempting {
  std::map<Id, Preempt> waiting;
  std::map<Id, Ending> endings;
};

}  // namespace syncq::sim
