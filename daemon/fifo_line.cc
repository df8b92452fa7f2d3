// The line itself: who comes into a turn, and how a turn or a wait ends.

#include "daemon/fifo_engine.h"

namespace syncq {

void FifoEngine::deadline_set(const std::optional<Instant>& deadline) {
  if (!deadline || !nearest_known_) return;
  if (!nearest_ || *deadline < *nearest_) nearest_ = deadline;
}

void FifoEngine::set_state(Ticket& ticket, TicketState state, Duration clock,
                           Instant now) {
  ticket.state = state;
  ticket.since = now;
  ticket.deadline.reset();
  if (clock != Duration::zero()) ticket.deadline = now + clock;
  deadline_set(ticket.deadline);
}

int FifoEngine::free_slot(const Fifo& fifo) {
  if (fifo.held == 0) return 0;
  std::vector<bool> taken(static_cast<std::size_t>(fifo.config.slots));
  for (const Ticket& ticket : store_.held_tickets(fifo.id)) {
    taken[static_cast<std::size_t>(ticket.slot)] = true;
  }
  int slot = 0;
  while (taken[static_cast<std::size_t>(slot)]) ++slot;
  return slot;
}

// The caller writes the ticket; `fifo` is written by save().
Granted FifoEngine::accept(Fifo& fifo, Ticket& ticket, Instant now) {
  ticket.fence = ++fifo.fence;
  // No done clock while the connection of hold lives, or its process.
  set_state(ticket, TicketState::kAccepted,
            ticket.hold ? Duration::zero() : ticket.timeouts.done, now);
  return granted_of(ticket);
}

void FifoEngine::notify_all(const Ticket& ticket, const Notice& notice) {
  for (CallerId caller : parked_.of_ticket(ticket.seq)) {
    // A caller of hold stays for as long as its turn lasts.
    bool stays =
        parked_.find(caller)->hold && std::holds_alternative<Granted>(notice);
    if (stays) {
      parked_.clear_limit(caller);
    } else {
      parked_.remove(caller);
    }
    callers_.notify(caller, notice);
  }
}

// True: the ticket took the slot. False: it was left for good and has ended.
bool FifoEngine::give_turn(Fifo& fifo, Ticket& ticket, Instant now) {
  bool left = false;
  for (CallerId caller : parked_.of_ticket(ticket.seq)) {
    if (callers_.alive(caller)) continue;
    left |= parked_.remove(caller)->hold;
  }
  bool attended = ticket.hold ? parked_.held_open(ticket.seq)
                              : parked_.any_of_ticket(ticket.seq);
  if (left && !attended) {
    end(fifo, ticket, TicketEnd::kCancelled,
        {ErrorCode::kCancelled, "its caller is gone"}, now);
    return false;
  }
  ticket.slot = free_slot(fifo);
  ++fifo.held;
  if (attended) {
    Granted granted = accept(fifo, ticket, now);
    notify_all(ticket, granted);
  } else {
    // A ticket of hold has no caller whose end would pass the turn on.
    bool endless = ticket.timeouts.accept == Duration::zero();
    set_state(
        ticket, TicketState::kReady,
        ticket.hold && endless ? kLeastToComeBack : ticket.timeouts.accept,
        now);
  }
  store_.update_ticket(ticket);
  return true;
}

void FifoEngine::promote(Fifo& fifo, Instant now) {
  places_.changed(fifo.id);
  while (fifo.held < fifo.config.slots && fifo.waiting() > 0) {
    std::optional<Ticket> ticket = store_.first_waiting(fifo.id);
    if (!ticket) return;
    give_turn(fifo, *ticket, now);
  }
}

void FifoEngine::end(Fifo& fifo, Ticket& ticket, TicketEnd how,
                     const Refusal& why, Instant now) {
  --fifo.live;
  if (ticket.state != TicketState::kWaiting) --fifo.held;
  if (ticket.hold) unwatch(ticket);
  ticket.end = how;
  ticket.slot = -1;
  set_state(ticket, TicketState::kEnded, kRememberEnded, now);
  store_.update_ticket(ticket);
  if (ended_known_) ++ended_;
  notify_all(ticket, Ended{why});
}

void FifoEngine::save(Fifo& fifo, Instant now) {
  fifo.deadline.reset();
  if (fifo.live == 0 && fifo.config.unused_destroy != Duration::zero()) {
    fifo.deadline = now + fifo.config.unused_destroy;
    deadline_set(fifo.deadline);
  }
  store_.update_fifo(fifo);
}

void FifoEngine::destroy(Fifo fifo, const Refusal& why, Instant now) {
  auto end_one = [&](Ticket& ticket) {
    end(fifo, ticket, TicketEnd::kCancelled, why, now);
  };
  for (Ticket& ticket : store_.held_tickets(fifo.id)) end_one(ticket);
  constexpr int kBatch = 1000;
  for (auto tickets = store_.waiting_tickets(fifo.id, 0, kBatch);
       !tickets.empty(); tickets = store_.waiting_tickets(fifo.id, 0, kBatch)) {
    for (Ticket& ticket : tickets) end_one(ticket);
  }
  places_.forget(fifo.id);
  store_.delete_fifo(fifo);
}

}  // namespace syncq
