#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/commit/notifier.h"
#include "daemon/fifo/fifo_types.h"

namespace syncq {

// What the engine shows of FIFOs and tickets.

struct FifoView {
  Fifo fifo;
  std::optional<Holder> holder;
};

struct TicketView {
  Ticket ticket;
  std::int64_t position = 0;
  // Of one that waits: how many of the last turns went to tickets that were
  // drawn after it.
  int passed = 0;
  bool attached = false;
  // Whether its process, or its caller's, is; none: not looked at.
  std::optional<bool> stopped;
  // Of one that has its turn, all of that; of one that waits, until its turn.
  // None: not known.
  std::optional<Duration> expected_run;
  std::optional<Duration> expected_wait;
  std::optional<Duration> settles{};  // for so long yet
  // In which FIFOs it has its turn together with this one; looked at as
  // processes are.
  std::vector<std::string> with{};
};

}  // namespace syncq
