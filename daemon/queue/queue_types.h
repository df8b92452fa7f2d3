#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/rate.h"
#include "common/uuid.h"

namespace syncq {

// Stored as numbers: append only.
enum class Overflow { kEvict = 0, kReject = 1 };

struct QueueConfig {
  std::string name;
  bool ephemeral = false;
  std::optional<std::int64_t> capacity;  // none: no limit
  Overflow overflow = Overflow::kEvict;
  // After this many failed deliveries by lease a message moves to the queue
  // `dead_letter`; 0: never.
  std::int64_t max_attempts = 0;
  std::string dead_letter;
  // While so many are leased out nothing more is given; 0: no limit.
  std::int64_t in_flight = 0;
  Rate rate;  // at which messages are given out

  bool has_limits() const { return in_flight != 0 || rate; }
};

// Where a queue stands in a list of all; by default before the first.
struct QueueRank {
  WallMillis created = std::numeric_limits<WallMillis>::min();
  Uuid uuid;
  auto operator<=>(const QueueRank&) const = default;
};

struct Queue {
  std::int64_t id = 0;
  Uuid uuid;
  QueueConfig config;
  WallMillis created = 0;
  // Where its messages are kept. Emptying a queue gives it a new generation,
  // and the old one is cleared away bit by bit.
  std::int64_t generation = 0;
  std::int64_t next_offset = 0;  // of the next message
  std::int64_t size = 0;         // messages that can be read now
  std::int64_t leased = 0;
  std::int64_t delayed = 0;
  std::int64_t blocked = 0;  // behind another message of their group
  bool paused = false;       // nothing is given out

  QueueRank rank() const { return {created, uuid}; }
  std::int64_t stored() const { return size + leased + delayed + blocked; }
};

// Names a message of a queue for good: neither part is ever used again.
struct MessageId {
  std::int64_t generation = 0;
  std::int64_t offset = 0;

  std::string text() const {
    return std::to_string(generation) + '-' + std::to_string(offset);
  }
  // Reads what text() wrote.
  static std::optional<MessageId> parse(std::string_view text);
};

// What is known of a message that failed for good.
struct DeadLetter {
  std::string queue;          // the name of the one it failed in
  std::int64_t attempts = 0;  // there
  std::string reason;         // of the last failure; empty: none was given
  WallMillis since = 0;
};

struct Message {
  std::int64_t offset = 0;  // in order of arrival, within its generation
  std::string body;
  std::string type;           // its Content-Type; empty: none was given
  std::int64_t attempts = 0;  // deliveries so far
  std::optional<Instant> expires;
  // None: it was stored by a version that kept no time.
  std::optional<Instant> pushed;
  std::shared_ptr<const DeadLetter> dead;  // nullptr: it is alive
  std::string group;                       // empty: none

  // A dead letter keeps its group, but nothing waits for it.
  bool is_in_line() const { return !group.empty() && dead == nullptr; }
};

// A blocked message is not due at any time: until the one before it has gone
// `until` is this, and as much more as it is delayed besides.
inline constexpr Instant kBlocked{Duration(std::int64_t{1} << 62)};

// A message that can't be read: leased out, not yet due, or blocked by one
// before it in its group.
struct Unavailable {
  std::int64_t queue = 0;
  std::int64_t generation = 0;
  Message message;
  std::optional<Uuid> lease;  // none: delayed, or blocked
  Instant until;

  bool is_blocked() const { return until >= kBlocked; }
};

// Whether its lease is good: another generation means that the queue was
// emptied.
inline bool is_running(const Unavailable& lease, const Queue& queue,
                       Instant now) {
  return lease.generation == queue.generation && lease.until > now;
}

}  // namespace syncq
