#pragma once

#include "daemon/fifo/fifo_types.h"

namespace syncq {

// What the engine does unasked, for the log and the metrics. One thread.
class Events {
 public:
  virtual ~Events() = default;
  // A ticket ended because one of its clocks ran out; ticket.end says which.
  virtual void expired(const Fifo& fifo, const Ticket& ticket) = 0;
  // A FIFO was destroyed because nobody used it.
  virtual void unused(const Fifo& fifo) = 0;
};

}  // namespace syncq
