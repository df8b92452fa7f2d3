#pragma once

#include <unordered_map>

#include "daemon/fifo/estimate.h"
#include "daemon/fifo/fifo_store.h"
#include "daemon/fifo/turn_rate.h"

namespace syncq {

// The last turns of the FIFOs that somebody waits for or looks at: read once,
// and kept up with as turns end. One thread.
class PastTurns {
 public:
  PastTurns(FifoStore& store, const TurnRate& rate)
      : store_(store), rate_(rate) {}

  // How long this ticket's turn runs, all of it; none: too little is known.
  std::optional<Duration> expected_run(const Ticket& ticket);
  // None if the FIFO is paused, or too little is known of it. `held`: those who
  // have their turn.
  std::optional<Forecast> forecast(const Fifo& fifo,
                                   const std::vector<Ticket>& held,
                                   Instant now);

  // The tickets of the last turns and of those that are held, in the order of
  // their creation: Ticket::seq.
  std::vector<std::int64_t> drawn(std::int64_t fifo,
                                  const std::vector<Ticket>& held);

  // A turn has ended and is stored.
  void ended(const Ticket& turn);
  void rolled_back() { known_.clear(); }

 private:
  const std::deque<PastTurn>& of(std::int64_t fifo);

  FifoStore& store_;
  const TurnRate& rate_;
  std::unordered_map<std::int64_t, std::deque<PastTurn>> known_;
};

}  // namespace syncq
