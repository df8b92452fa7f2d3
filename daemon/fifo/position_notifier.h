#pragma once

#include <map>
#include <optional>

#include "daemon/commit/nearest_deadline.h"
#include "daemon/commit/notifier.h"
#include "daemon/fifo/fifo_store.h"
#include "daemon/fifo/parked_callers.h"
#include "daemon/fifo/past_turns.h"
#include "daemon/fifo/turn_rate.h"
#include "daemon/process/processes.h"

namespace syncq {

// Tells the callers of hold their position in line. Coalesced: a line is walked
// at most once per kSweepInterval and in slices, so that a hand-off costs the
// same in a line of ten thousand. tick() and next_due() look at each line that
// has moved of late.
class PositionNotifier {
 public:
  static constexpr Duration kSweepInterval = std::chrono::seconds(1);
  // A slice holds up the clients that come during it.
  static constexpr Duration kSlicePause = std::chrono::milliseconds(2);
  static constexpr int kSlice = 24;
  // So many are counted to tell a newcomer its position, the few at first. If
  // more stand on both sides of it, it is told the end of the line, and the
  // true one by the walk.
  static constexpr int kFewCounted = 16;
  static constexpr int kMostCounted = 500;

  PositionNotifier(FifoStore& store, Notifier& notifier, Processes& processes,
                   ParkedCallers& parked, PastTurns& past,
                   const TurnRate& rate);

  // What a caller is told at once whose ticket has just joined the line;
  // `place` keeps what it was told.
  PositionInLine join(const Fifo& fifo, const Ticket& ticket,
                      ParkedCallers::Place& place, Instant now);
  // The FIFO's line has changed.
  void changed(std::int64_t fifo);
  void forget(std::int64_t fifo) { lines_.erase(fifo); }
  // One waits there no more, or does from now on.
  void left(std::int64_t fifo, InLine place);
  void came(std::int64_t fifo, InLine place);
  // Nobody has heard what was told in this transaction: it is told again.
  void rolled_back();
  // Does the slices that are due.
  void tick(Instant now);
  std::optional<Instant> next_due() const;

 private:
  struct Line {
    Instant due;           // the next slice
    bool pending = false;  // something changed since the walk began
    bool walking = false;
    bool again = false;  // to those, too, who were told the same
    InLine cursor;       // the last one told
    std::int64_t position = 0;
    // As of the beginning of the walk: who is passed takes a turn of it.
    std::optional<Forecast> forecast;
  };
  // What all in line are told.
  PositionInLine look(const Fifo& fifo, const std::vector<Ticket>& held,
                      Instant now);
  // From 1; none if too many stand before it and behind it to be counted.
  std::optional<std::int64_t> position_at(const Fifo& fifo,
                                          const InLine& place);
  // True when the end of the line was reached.
  bool slice(std::int64_t fifo, Line& line, Instant now);

  FifoStore& store_;
  Notifier& notifier_;
  Processes& processes_;
  ParkedCallers& parked_;
  PastTurns& past_;
  const TurnRate& rate_;
  std::map<std::int64_t, Line> lines_;
};

// The ticket's process; pid 0: none known.
const Process& process_of(const Ticket& ticket);
// Whether that process is stopped; false if there is none to see.
bool stopped_process(Processes& processes, const Ticket& ticket);
// The holder's description for people.
Holder describe_holder(const Ticket& ticket, Instant now);

}  // namespace syncq
