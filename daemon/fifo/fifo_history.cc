// Turns that have ended: what is kept of them, and for how long.

#include <algorithm>

#include "daemon/fifo/fifo_engine.h"

namespace syncq {
namespace {

// How many turns end between two looks at what a FIFO has too much of.
constexpr std::int64_t kTrimEvery = 32;
// The most that one look takes: more than what has come since the last one.
constexpr int kTrim = 64;
// Between two rounds over all tickets, if there is nothing old enough.
constexpr Duration kNextRound = std::chrono::minutes(1);

}  // namespace

void FifoEngine::forget_turns(const Fifo& fifo, const Ticket& last,
                              Instant now) {
  if (!last.granted || last.fence % kTrimEvery != 0) return;
  int forgotten =
      store_.forget_turns(fifo.id, kHistoryOfFifo, now - kRememberEnded, kTrim);
  if (ended_known_) turns_ -= forgotten;
}

// A slice of the round over all tickets, the first drawn first.
void FifoEngine::forget_oldest_turns(Instant now) {
  constexpr int kLooks = 256;
  if (now < look_for_oldest_) return;
  bool too_many = turns_ > kMaxRemembered;
  std::vector<Ticket> tickets = store_.tickets_after(oldest_after_, kLooks);
  for (const Ticket& ticket : tickets) {
    oldest_after_ = ticket.seq;
    if (ticket.state != TicketState::kEnded || !ticket.granted) continue;
    if (!too_many && !is_forgotten(ticket, now)) {
      tickets.clear();
      break;
    }
    store_.delete_ticket(ticket.seq);
    if (--turns_ <= kHistory) return;
  }
  if (!tickets.empty()) return;
  oldest_after_ = 0;
  look_for_oldest_ = now + kNextRound;
}

std::vector<FifoEngine::Turn> FifoEngine::history_of_all(std::int64_t& before,
                                                         int looks) {
  std::vector<Turn> turns;
  std::vector<Ticket> tickets = store_.tickets_before(before, looks);
  before = tickets.empty() ? 0 : tickets.back().seq;
  for (Ticket& ticket : tickets) {
    if (ticket.state != TicketState::kEnded || !ticket.granted) continue;
    std::optional<Fifo> fifo = store_.find_fifo(ticket.fifo);
    if (!fifo) continue;
    turns.push_back({std::move(ticket), fifo->called()});
  }
  return turns;
}

}  // namespace syncq
