#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/clock.h"
#include "common/uuid.h"

namespace syncq {

// What the log and the metrics are told once the transaction in which it
// happened is committed. A FIFO is called by its name, or by its UUID.

// A ticket got its turn.
struct TurnGiven {
  std::string fifo;
  Uuid ticket;
  std::string label;
  pid_t pid = 0;  // 0: not known
  Duration waited{};
};

// Its turn has ended, but not by a timeout.
struct TurnEnded {
  std::string fifo;
  Uuid ticket;
  std::string label;
  std::optional<int> status;  // as of wait(2), if it is known
  Duration waited{};
  Duration ran{};
};

// A ticket ended because one of its clocks ran out.
struct TicketExpired {
  std::string fifo;
  Uuid ticket;
  std::string label;
  std::string_view clock;  // "wait_timeout", "accept_timeout", "done_timeout"
};

// A FIFO was destroyed because nobody used it.
struct FifoUnused {
  Uuid fifo;
  std::string name;  // "" for none
};

// Somebody has steered a FIFO.
struct FifoSteered {
  std::string fifo;
  std::string_view action;  // one of kFifoActions
  std::string what;         // "is paused"
};

inline constexpr std::array<std::string_view, 8> kFifoActions = {
    "pause", "resume", "set", "front", "cancel", "kill", "preempt", "replace"};

using Event =
    std::variant<TurnGiven, TurnEnded, TicketExpired, FifoUnused, FifoSteered>;
// Of one transaction, in their order.
using Events = std::vector<Event>;

}  // namespace syncq
