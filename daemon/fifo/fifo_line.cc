// The line: who gets a turn, and how a turn or a wait ends.

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>

#include "daemon/fifo/fifo_engine.h"
#include "daemon/fifo/slots.h"

namespace syncq {

void FifoEngine::set_state(Ticket& ticket, TicketState state, Duration clock,
                           Instant now) {
  if (ticket.state == TicketState::kWaiting) {
    positions_.left(ticket.fifo, ticket.in_line());
    stop_settling(ticket.seq);
  }
  if (preemptions_.any()) preemptions_.forget(ticket.fifo, ticket.seq);
  ticket.state = state;
  ticket.since = now;
  ticket.deadline.reset();
  if (clock != Duration::zero()) ticket.deadline = now + clock;
  nearest_.add(ticket.deadline);
}

void hold_slots(Fifo& fifo, const Ticket& turn) {
  ++fifo.held;
  if (turn.shared) ++fifo.shared;
  fifo.extra += turn.take - 1;
}

void release_slots(Fifo& fifo, const Ticket& turn) {
  --fifo.held;
  if (turn.shared) --fifo.shared;
  fifo.extra -= turn.take - 1;
}

void FifoEngine::take_slots(Fifo& fifo, Ticket& ticket, Instant now) {
  assert(admits(fifo, ticket.shared, ticket.take));
  assert(!rate_.next(fifo, now));
  rate_.count(fifo, now);
  if (ticket.shared && fifo.shared > 0) {
    Ticket other = store_.shared_holder(fifo.id).value();
    ticket.slot = other.slot;
    ticket.slot_names = std::move(other.slot_names);
  } else if (fifo.held == 0) {
    give_free_slots(ticket, {}, fifo.config.slot_names);
  } else {
    give_free_slots(ticket, store_.held_tickets(fifo.id),
                    fifo.config.slot_names);
  }
  hold_slots(fifo, ticket);
}

void FifoEngine::join_line(const Ticket& ticket) {
  positions_.came(ticket.fifo, ticket.in_line());
  auto passed = passed_over_.find(ticket.fifo);
  bool not_asked =
      passed != passed_over_.end() && ticket.in_line() < passed->second.after;
  if (not_asked) passed->second.after = InLine();
}

// The caller writes the ticket; `fifo` is written by save().
Granted FifoEngine::accept(Fifo& fifo, Ticket& ticket, Instant now) {
  ticket.fence = ++fifo.fence;
  ticket.granted = now;
  // No done clock while the connection of hold lives, or its process.
  set_state(ticket, TicketState::kAccepted,
            ticket.hold ? Duration::zero() : ticket.timeouts.done, now);
  events_.push_back(TurnGiven{fifo.called(), ticket.uuid, ticket.label,
                              process_of(ticket).pid, now - ticket.created});
  return granted_of(ticket);
}

void FifoEngine::notify_all(const Ticket& ticket, const Notice& notice) {
  const bool is_other = ticket.lead != 0 && ticket.lead != ticket.seq;
  for (ConnectionId caller : parked_.of_ticket(ticket.seq)) {
    // A caller of hold stays for as long as its turn lasts.
    bool stays =
        parked_.find(caller)->hold && std::holds_alternative<Granted>(notice);
    // It is told of all its turns by that of the first.
    if (stays && is_other) continue;
    if (stays) {
      parked_.grant(caller);
    } else {
      parked_.remove(caller);
    }
    notifier_.notify(caller, notice);
  }
}

bool FifoEngine::is_stopped(const Ticket& ticket) {
  // In all lines the same of those drawn together.
  std::vector<ConnectionId> callers =
      parked_.of_ticket(ticket.lead != 0 ? ticket.lead : ticket.seq);
  if (callers.empty()) {
    return ticket.owner.pid != 0 &&
           processes_.look(ticket.owner) == ProcessState::kStopped;
  }
  return std::all_of(
      callers.begin(), callers.end(),
      [this](ConnectionId caller) { return notifier_.stopped(caller); });
}

bool FifoEngine::attended(const Ticket& ticket) const {
  return ticket.hold ? parked_.held_open(ticket.seq)
                     : parked_.any_of_ticket(ticket.seq);
}

bool FifoEngine::leave_if_alone(Fifo& fifo, Ticket& ticket, Instant now) {
  bool left = false;
  for (ConnectionId caller : parked_.of_ticket(ticket.seq)) {
    if (notifier_.alive(caller)) continue;
    left |= parked_.remove(caller)->hold;
  }
  if (!left || attended(ticket)) return false;
  end(fifo, ticket, TicketEnd::kCancelled,
      {ErrorCode::kCancelled, "its caller is gone"}, now);
  return true;
}

// For its caller to take it. A ticket of hold has no caller whose end would
// pass the turn on.
void FifoEngine::make_ready(Ticket& ticket, Instant now) {
  bool endless = ticket.timeouts.accept == Duration::zero();
  set_state(ticket, TicketState::kReady,
            ticket.hold && endless ? kMinReattachGrace : ticket.timeouts.accept,
            now);
}

// kStopped, kWaits: nothing has changed.
FifoEngine::Given FifoEngine::give_turn(Fifo& fifo, Ticket& ticket,
                                        Instant now) {
  if (ticket.lead != 0) return give_turns(fifo, ticket, now);
  if (leave_if_alone(fifo, ticket, now)) return Given::kLeft;
  if (is_stopped(ticket)) return Given::kStopped;
  take_slots(fifo, ticket, now);
  if (attended(ticket)) {
    Granted granted = accept(fifo, ticket, now);
    notify_all(ticket, granted);
  } else {
    make_ready(ticket, now);
  }
  store_.update_ticket(ticket);
  return Given::kTaken;
}

// A stopped caller is passed over and keeps its position: looked at again when
// the line moves, and each second. That takes no turn from anyone who has it.
// Nobody passes one that waits for others to end, or for its turns in other
// FIFOs, settles, or comes too soon for the FIFO's rate.
std::optional<InLine> FifoEngine::promote(Fifo& fifo, Instant now) {
  positions_.changed(fifo.id);
  auto passed = passed_over_.find(fifo.id);
  InLine after = passed == passed_over_.end() ? InLine() : passed->second.after;
  int steps = 0;
  std::optional<InLine> first;
  std::optional<Instant> again;
  auto left = [&fifo] { return admits(fifo, true) && fifo.waiting() > 0; };
  while (left() && steps < kMostLooks && !first) {
    auto ticket = store_.next_waiting(fifo.id, after);
    if (!ticket) break;
    if (!admits(fifo, ticket->shared, ticket->take)) {
      first = ticket->in_line();
    } else if ((again = stands_until(fifo, *ticket, now))) {
      first = ticket->in_line();
    } else if (Given given = give_turn(fifo, *ticket, now);
               given == Given::kStopped) {
      after = ticket->in_line();
    } else if (given == Given::kWaits) {
      // It may stop meanwhile.
      again = now + kAskStopped;
      first = ticket->in_line();
    }
    ++steps;
  }
  bool more = left() && steps == kMostLooks && !first;
  if (left() && after != InLine()) again = sooner(again, now + kAskStopped);
  if (more) again = now;
  if (again) {
    passed_over_[fifo.id] = {*again, more ? after : InLine()};
  } else if (passed != passed_over_.end()) {
    forget_passed_over(fifo.id);
  }
  if (preemptions_.any()) clear_way(fifo, now);
  return more ? after : first;
}

std::optional<InLine> FifoEngine::ask_again(Fifo& fifo, Instant now) {
  Fifo before = fifo;
  std::optional<InLine> first = promote(fifo, now);
  if (fifo.held != before.held || fifo.live != before.live) save(fifo, now);
  return first;
}

// Whether a newcomer gets its turn at once: nobody before it could take it, or
// waits for others.
bool FifoEngine::has_room(Fifo& fifo, const TicketTerms& terms, Instant now) {
  if (terms.settle != Duration::zero()) return false;
  auto open = [&] {
    return admits(fifo, terms.shared, terms.take) && !rate_.next(fifo, now);
  };
  if (!open()) return false;
  if (fifo.waiting() == 0 || terms.preempt) return true;
  std::optional<InLine> first = ask_again(fifo, now);
  const InLine last_of_its{-terms.priority,
                           std::numeric_limits<std::int64_t>::max()};
  return open() && (!first || last_of_its < *first);
}

void FifoEngine::forget_passed_over(std::int64_t fifo) {
  if (!passed_over_.contains(fifo)) return;
  undo_.push([this, fifo] { passed_over_[fifo] = {}; });
  passed_over_.erase(fifo);
}

void FifoEngine::ask_by(std::int64_t fifo, Instant when) {
  Instant& again = passed_over_.try_emplace(fifo, PassedOver{when, {}})
                       .first->second.ask_again;
  again = std::min(again, when);
}

void FifoEngine::ask_stopped(Instant now) {
  for (auto it = passed_over_.begin(); it != passed_over_.end();) {
    // Either call may erase it.
    auto [id, passed] = *it++;
    if (passed.ask_again > now) continue;
    if (std::optional<Fifo> fifo = store_.find_fifo(id)) {
      ask_again(*fifo, now);
    } else {
      forget_passed_over(id);
    }
  }
}

void FifoEngine::end(Fifo& fifo, Ticket& ticket, TicketEnd how,
                     const Refusal& why, Instant now) {
  --fifo.live;
  population_.remove_ticket();
  if (ticket.state != TicketState::kWaiting) release_slots(fifo, ticket);
  if (ticket.hold) unwatch(ticket);
  ticket.end = how;
  ticket.slot = -1;
  ticket.more_slots.clear();
  ticket.slot_names.clear();
  set_state(ticket, TicketState::kEnded, kRememberEnded, now);
  store_.update_ticket(ticket);
  if (ended_known_) ++(ticket.granted ? turns_ : ended_);
  notify_all(ticket, Ended{why});
  if (how != TicketEnd::kReplaced) tell_joiners(ticket);
  if (ticket.lead != 0) end_others(ticket);
}

void FifoEngine::end_turn(Fifo& fifo, Ticket& ticket, TicketEnd how,
                          const Refusal& why, std::optional<int> status,
                          Instant now, WallMillis wall) {
  if (ticket.granted) {
    ticket.status = status;
    ticket.ended_at = wall;
  }
  end(fifo, ticket, how, why, now);
  if (ticket.granted) past_turns_.ended(ticket);
  if (ticket.granted && how != TicketEnd::kExpired) {
    events_.push_back(TurnEnded{fifo.called(), ticket.uuid, ticket.label,
                                status, *ticket.granted - ticket.created,
                                now - *ticket.granted});
  }
  forget_turns(fifo, ticket, now);
}

void FifoEngine::save(Fifo& fifo, Instant now) {
  assert(0 <= fifo.held && fifo.held <= kMaxHeld);
  assert(0 <= fifo.shared && fifo.shared <= fifo.held);
  assert(0 <= fifo.extra && fifo.slots_taken() <= kMaxSlots);
  assert(fifo.held <= fifo.live);
  fifo.deadline.reset();
  bool unused = fifo.live == 0 && !fifo.paused;
  if (unused && fifo.config.unused_destroy != Duration::zero()) {
    fifo.deadline = now + fifo.config.unused_destroy;
    nearest_.add(fifo.deadline);
  }
  store_.update_fifo(fifo);
}

// Its name is free at once; its tickets end in slices.
void FifoEngine::destroy(const Fifo& fifo, const Refusal& why) {
  positions_.forget(fifo.id);
  forget_passed_over(fifo.id);
  rate_.forget(fifo.id);
  store_.delete_fifo(fifo);
  population_.remove_fifo();
  destroyed_.emplace(fifo.id, why);
  undo_.push([this, id = fifo.id] { destroyed_.erase(id); });
}

// Ends the next slice of the tickets of destroyed FIFOs, and forgets their
// history.
void FifoEngine::end_destroyed(int most, Instant now) {
  if (destroyed_.empty()) return;
  auto& [id, why] = *destroyed_.begin();
  Fifo gone;
  gone.id = id;
  std::vector<Ticket> tickets = store_.held_tickets(id);
  std::vector<Ticket> waiting = store_.waiting_tickets(id, {}, most);
  std::move(waiting.begin(), waiting.end(), std::back_inserter(tickets));
  if (tickets.empty()) {
    int forgotten = store_.forget_turns(id, 0, Instant::max(), most);
    turns_ -= forgotten;
    if (forgotten > 0) return;
    undo_.push(
        [this, ended = *destroyed_.begin()] { destroyed_.insert(ended); });
    destroyed_.erase(destroyed_.begin());
    return;
  }
  for (Ticket& ticket : tickets) {
    if (most-- == 0) break;
    end(gone, ticket, TicketEnd::kCancelled, why, now);
  }
}

}  // namespace syncq
