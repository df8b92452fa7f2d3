#pragma once

#include <cstdint>
#include <optional>

#include "daemon/queue/queue_types.h"

namespace syncq {

// Which of a queue's messages a list shows. Dead letters can be read, too.
enum class MessageState { kReady, kDelayed, kLeased, kDead, kBlocked };

// A walk through a queue's messages in their order, as far as it has come.
// Between its steps the queue may change.
struct MessageWalk {
  Uuid queue;
  MessageState state = MessageState::kReady;
  std::int64_t left = 0;  // how many more are wanted; 0: it is over
  // Of the next message. What can't be read has no index: there it is how many
  // more are passed over.
  std::int64_t index = 0;
  std::int64_t generation = 0;
  std::int64_t offset = 0;
};

// How much of a body a list shows, in bytes.
inline constexpr std::size_t kBeginning = 200;

// A message as a list shows it.
struct Glimpse {
  Message message;  // of its body only the beginning
  std::size_t size = 0;
  std::int64_t generation = 0;
  std::optional<std::int64_t> index;  // none: it can't be read
  std::optional<Uuid> lease;
  std::optional<Instant> until;  // when its lease or its delay ends
};

}  // namespace syncq
