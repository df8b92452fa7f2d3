#pragma once

#include <map>
#include <optional>

#include "daemon/commit/undo_log.h"
#include "daemon/fifo/fifo_types.h"

namespace syncq {

// When the FIFOs that have a rate have given their last turns. Memory only:
// after a restart each gives its next one at once. Changes are undone with
// their transaction. One thread.
class TurnRate {
 public:
  explicit TurnRate(UndoLog& undo) : undo_(undo) {}

  // From when on it may give its next turn; none: now.
  std::optional<Instant> next(const Fifo& fifo, Instant now) const {
    return fifo.config.rate ? find_next(fifo, now) : std::nullopt;
  }
  // It gives a turn.
  void count(const Fifo& fifo, Instant now) {
    if (fifo.config.rate) put(fifo.id, counted_at(due(fifo), now));
  }
  void forget(std::int64_t fifo);

 private:
  Instant due(const Fifo& fifo) const;
  std::optional<Instant> find_next(const Fifo& fifo, Instant now) const;
  void put(std::int64_t fifo, std::optional<Instant> last);

  UndoLog& undo_;
  std::map<std::int64_t, Instant> last_;
};

}  // namespace syncq
