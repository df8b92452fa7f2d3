#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/clock.h"
#include "daemon/commit/undo_log.h"
#include "daemon/fifo/fifo_calls.h"

namespace syncq {

// The tickets that wait for turns which they end, and those turns. Memory only.
// All changes are undone with their transaction, though no signal is. One
// thread.
class Preemptions {
 public:
  // Of a turn that is to end: its process was sent a signal.
  struct Ending {
    std::optional<Instant> kill_at;  // none: never, or it was killed
    std::int64_t kill_by = 0;        // the ticket whose grace ends then
    bool killed = false;

    bool operator==(const Ending&) const = default;
  };

  explicit Preemptions(UndoLog& undo) : undo_(undo) {}

  bool any() const { return !lines_.empty(); }
  // A ticket that waits. If it was added before, it ends others in another way
  // from now on.
  void add(std::int64_t fifo, std::int64_t ticket, const Preempt& how);
  // How it ends others; nullptr: it does not.
  const Preempt* find(std::int64_t fifo, std::int64_t ticket) const;
  // A ticket waits no more, or its turn has ended.
  void forget(std::int64_t fifo, std::int64_t ticket);

  // nullptr: nobody has asked for its end, or nobody who did waits any more.
  const Ending* ending(std::int64_t fifo, std::int64_t turn) const;
  // Of a FIFO in which some were added.
  void set_ending(std::int64_t fifo, std::int64_t turn, const Ending& ending);
  std::optional<Instant> next_kill() const;
  // FIFOs and turns whose kill_at has come; at most `limit`.
  struct Due {
    std::int64_t fifo = 0;
    std::int64_t turn = 0;
    Ending ending;
  };
  std::vector<Due> due(Instant now, std::size_t limit) const;

 private:
  struct Line {
    std::map<std::int64_t, Preempt> waiting;  // not empty
    std::map<std::int64_t, Ending> endings;
  };
  void put(std::int64_t fifo, std::int64_t ticket,
           const std::optional<Preempt>& how);
  void put(std::int64_t fifo, std::int64_t turn,
           const std::optional<Ending>& ending);

  UndoLog& undo_;
  std::map<std::int64_t, Line> lines_;  // by FIFO
};

}  // namespace syncq
