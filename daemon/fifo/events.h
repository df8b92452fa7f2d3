#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/uuid.h"

namespace syncq {

// What the log and the metrics are told once the transaction in which it
// happened is committed.

// A ticket ended because one of its clocks ran out.
struct TicketExpired {
  Uuid ticket;
  std::string fifo;        // its name, or its UUID
  std::string_view clock;  // "wait_timeout", "accept_timeout", "done_timeout"
};

// A FIFO was destroyed because nobody used it.
struct FifoUnused {
  Uuid fifo;
  std::string name;  // "" for none
};

// Somebody has steered a FIFO.
struct FifoSteered {
  std::string fifo;  // its name, or its UUID
  std::string what;  // "is paused"
};

using Event = std::variant<TicketExpired, FifoUnused, FifoSteered>;
// Of one transaction, in their order.
using Events = std::vector<Event>;

}  // namespace syncq
