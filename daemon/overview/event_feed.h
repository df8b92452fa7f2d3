#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "common/clock.h"
#include "common/patience.h"
#include "daemon/commit/nearest_deadline.h"
#include "daemon/commit/notifier.h"
#include "daemon/overview/overview.h"

namespace syncq {

// How soon after the beginning of an event the next one may begin.
inline constexpr Duration kEventsApart = std::chrono::milliseconds(250);
// When the next one comes if nothing has happened: while a queue's rates go
// down, and as a sign of life.
inline constexpr Duration kRatesApart = std::chrono::seconds(1);
inline const Duration kMostSilence = patience(std::chrono::seconds(10));
// How many may listen at once.
inline constexpr std::size_t kMostListeners = 32;

// Tells the callers of GET /events what there is: a whole overview, and another
// one when that has changed. It is made anew each time, one slice per iteration
// of the loop, for one listener after the other; a listener that has not read
// its last one gets none until it has. Nothing is done while nobody listens.
// Borrows all it is given. One thread.
class EventFeed {
 public:
  EventFeed(FifoEngine& fifos, QueueEngine& queues, QueueRates& rates,
            Notifier& notifier)
      : fifos_(fifos), queues_(queues), rates_(rates), notifier_(notifier) {}

  // The caller is notified of News until it is gone, or until `until`. Refused
  // if too many listen.
  Result<> add(ConnectionId caller, const OverviewWanted& wanted,
               std::optional<Instant> until);
  void caller_gone(ConnectionId caller);

  // A transaction has written something.
  void changed() { ++changes_; }
  // What listeners were told in this transaction has not reached them.
  void rolled_back();
  // Makes a slice of what is due. Throws StoreError.
  void tick(Instant now);
  // The time of the next tick; none: nobody listens.
  std::optional<Instant> next_due() const;
  // The daemon is going down.
  void dismiss_callers(const Refusal& why);

  std::size_t listeners() const { return listeners_.size(); }

 private:
  struct Listener {
    OverviewWanted wanted;
    std::optional<Instant> until;
    bool is_told = false;  // has got one, and its transaction has not failed
    // Of the last overview made for it: the changes it has seen, when it was
    // begun, and what it shows.
    std::uint64_t seen = 0;
    Instant begun;
    std::uint64_t fingerprint = 0;
    bool has_rates = false;
    Instant sent;        // the last one that was
    Instant not_before;  // the next one
    int failures = 0;    // in a row
  };
  struct Making {
    ConnectionId caller = 0;
    Overview overview;
    Instant begun;
    std::uint64_t seen = 0;
  };
  Instant due(const Listener& listener) const;
  void end_those_over(Instant now);
  void begin_next(Instant now);
  void finish(Listener& listener, const Making& made, Instant now);

  FifoEngine& fifos_;
  QueueEngine& queues_;
  QueueRates& rates_;
  Notifier& notifier_;
  std::map<ConnectionId, Listener> listeners_;
  std::optional<Making> making_;
  std::uint64_t changes_ = 0;
};

}  // namespace syncq
