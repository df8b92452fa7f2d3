// Tickets that have no turn before nobody has asked anew for a while.

#include <algorithm>

#include "daemon/fifo/fifo_engine.h"

namespace syncq {

// A new one, which may stand in for others.
void FifoEngine::settle(const Ticket& ticket, const TicketTerms& terms,
                        Instant first, Instant now) {
  if (terms.settle == Duration::zero()) return;
  settling_[ticket.seq] = {now, terms.settle, first, terms.at_most};
  undo_.push([this, seq = ticket.seq] { settling_.erase(seq); });
  postpone(ticket, now);
}

// Somebody asks anew; also if that is refused, or undone.
void FifoEngine::postpone(const Ticket& waiting, Instant now) {
  auto found = settling_.find(waiting.seq);
  if (found == settling_.end()) return;
  Settling& settling = found->second;
  settling.until = now + settling.settle;
  if (settling.at_most != Duration::zero()) {
    settling.until =
        std::min(settling.until, settling.first + settling.at_most);
  }
}

void FifoEngine::stop_settling(std::int64_t seq) {
  auto found = settling_.find(seq);
  if (found == settling_.end()) return;
  undo_.push([this, old = *found] { settling_.insert(old); });
  settling_.erase(found);
}

// None: it has settled, or never had to.
std::optional<Instant> FifoEngine::settles_until(std::int64_t seq,
                                                 Instant now) const {
  auto found = settling_.find(seq);
  if (found == settling_.end() || found->second.until <= now) {
    return std::nullopt;
  }
  return found->second.until;
}

}  // namespace syncq
