#pragma once

#include <map>
#include <optional>

#include "common/clock.h"
#include "daemon/queue/queue_types.h"

namespace syncq {

// Of how many queues rates are known.
inline constexpr std::size_t kMostRates = 2000;

// How many messages come into each queue and leave it a second, from counters
// that the queues have anyway: they are compared when somebody looks, so that
// pushing and taking cost nothing. One thread.
class QueueRates {
 public:
  struct Rates {
    double in = 0;   // messages a second
    double out = 0;  // the same: taken, acknowledged, dropped, expired, ...
  };

  // Since an earlier look, of up to ten seconds ago if there was one. Nothing
  // at the first look, and for a second after it; nothing if the last one was a
  // minute ago, or the queue was emptied since.
  std::optional<Rates> see(const Queue& queue, Instant now);
  // Whether it was seen before: its rates come, if they are not there yet.
  bool knows(const Queue& queue) const { return seen_.contains(queue.uuid); }
  // Forgets the queues that were not seen for a minute.
  void forget_unseen(Instant now);

 private:
  struct Sample {
    Instant at;
    std::int64_t in = 0;
    std::int64_t out = 0;
  };
  struct Seen {
    std::int64_t generation = 0;
    Sample before;
    Sample last;
  };

  std::map<Uuid, Seen> seen_;
};

// How many messages the queue ever got, since it was made or emptied, and how
// many of these have left it.
inline std::int64_t messages_in(const Queue& queue) {
  return queue.next_offset;
}
inline std::int64_t messages_out(const Queue& queue) {
  return queue.next_offset - queue.stored();
}

}  // namespace syncq
