#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/queue/queue_types.h"

namespace syncq {

// What the log and the metrics are told once the transaction in which it
// happened is committed. A queue is called by its name.

// A message failed for good.
struct MessageGivenUp {
  std::string queue;
  MessageId id;
  std::int64_t attempts = 0;
  std::string reason;        // of the last failure; empty: none was given
  std::string dead_letters;  // the queue that it is in now
};

// Somebody has steered a queue.
struct QueueSteered {
  std::string queue;
  std::string_view action;  // one of kQueueActions
  std::string what;         // "is paused"
};

inline constexpr std::array<std::string_view, 5> kQueueActions = {
    "pause", "resume", "set", "delete", "redrive"};

using QueueEvent = std::variant<MessageGivenUp, QueueSteered>;
// Of one transaction, in their order.
using QueueEvents = std::vector<QueueEvent>;

}  // namespace syncq
