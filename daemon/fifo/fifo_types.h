#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/process.h"
#include "common/rate.h"
#include "common/slot_list.h"
#include "common/uuid.h"

namespace syncq {

// Zero is no timeout. The defaults are the reference service's.
struct Timeouts {
  Duration wait = std::chrono::hours(6);
  Duration accept = std::chrono::minutes(1);
  Duration done = std::chrono::minutes(10);

  bool operator==(const Timeouts&) const = default;
};

// The most tickets that have their turn at once, those that share one included.
inline constexpr int kMaxHeld = 1024;

struct FifoConfig {
  Timeouts timeouts;
  Duration unused_destroy = std::chrono::hours(24 * 30);
  bool allow_overrides = false;
  int slots = 1;
  std::vector<std::string> slot_names{};  // empty: they have numbers only
  Rate rate{};                            // at which turns are given
};

struct Fifo {
  std::int64_t id = 0;
  Uuid uuid;
  std::string name;  // empty: it has none
  FifoConfig config;
  bool paused = false;     // no turn is given
  std::int64_t fence = 0;  // the last one granted
  std::int64_t live = 0;   // tickets waiting, ready or accepted
  int held = 0;            // tickets ready or accepted
  int shared = 0;          // of those, the shared ones: they have one slot
  int extra = 0;           // slots that they have beyond one each
  // When it is destroyed for want of use; none while it has live tickets or is
  // paused.
  std::optional<Instant> deadline;
  WallMillis created = 0;

  std::int64_t waiting() const { return live - held; }
  int slots_taken() const {
    return held - shared + (shared > 0 ? 1 : 0) + extra;
  }
  // What people call it.
  std::string called() const { return name.empty() ? uuid.text() : name; }
};

// Stored as numbers: append only.
enum class TicketState { kWaiting = 0, kReady = 1, kAccepted = 2, kEnded = 3 };
enum class TicketEnd {
  kNone = 0,
  kDone = 1,
  kCancelled = 2,
  kExpired = 3,
  kWaitTimeout = 4,
  kReplaced = 5,
};

// The higher, the sooner its turn.
inline constexpr int kMostPriority = 100;

// A line is in the order of rank, then seq. The rank of a ticket is its
// priority, negated; below those are the tickets that were moved to the front,
// each before the ones that were moved earlier. By itself this is before all.
struct InLine {
  std::int64_t rank = std::numeric_limits<std::int64_t>::min();
  std::int64_t seq = 0;

  auto operator<=>(const InLine&) const = default;
};

struct Ticket {
  std::int64_t seq = 0;   // the order of creation, over all FIFOs
  std::int64_t rank = 0;  // see InLine
  Uuid uuid;
  std::int64_t fifo = 0;
  // Of those drawn together in several FIFOs, to have their turns at once: the
  // seq of the first; 0: drawn alone.
  std::int64_t lead = 0;
  TicketState state = TicketState::kWaiting;
  TicketEnd end = TicketEnd::kNone;
  int take = 1;  // how many slots it has with its turn
  int slot = -1;
  std::vector<int> more_slots{};  // beyond that one, in order
  // What all of them were called when it got its turn; empty: they had no
  // names.
  std::vector<std::string> slot_names{};
  std::int64_t fence = 0;
  Timeouts timeouts;
  // The end of the clock that runs in this state; for an ended ticket, when
  // it is forgotten.
  std::optional<Instant> deadline;
  Instant created;
  Instant since;      // when it came into this state
  bool hold = false;  // made by `hold`: its caller is its lease
  // It has its turn together with other shared ones, in the same slot.
  bool shared = false;
  std::string label;
  std::string cwd;
  Process owner;    // the process at the other end of hold's connection
  Process command;  // the process that keeps the turn; pid 0: none known
  // When it got its turn; none: it never did.
  std::optional<Instant> granted;
  // Of a turn that has ended: how its command did (wait(2)), if that is known,
  // and when.
  std::optional<int> status;
  WallMillis ended_at = 0;

  InLine in_line() const { return {rank, seq}; }
  // None: it was moved to the front, before all priorities.
  std::optional<int> priority() const {
    if (rank < -kMostPriority) return std::nullopt;
    return static_cast<int>(-rank);
  }
};

}  // namespace syncq
