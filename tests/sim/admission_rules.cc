// FIFOs and tickets: who may have a turn, and who gets it.

#include <algorithm>

#include "daemon/commit/nearest_deadline.h"
#include "daemon/fifo/fifo_engine.h"
#include "tests/sim/model.h"

namespace syncq::sim {

// A stopped process could not use its turn.
bool Model::is_stopped(const ModelTicket& ticket) const {
  std::vector<ConnectionId> callers =
      callers_of(ticket.lead != 0 ? ticket.lead : ticket.id);
  if (callers.empty()) {
    return ticket.owner.pid != 0 &&
           world_.look(ticket.owner) == ProcessState::kStopped;
  }
  return std::all_of(callers.begin(), callers.end(), world_.stopped);
}

// The first in line gets a turn if there is one for it; all others wait until
// it does. But one that is stopped keeps its place only, and is asked again
// within a second.
const ModelTicket* Model::promote(ModelFifo& fifo) {
  const ModelTicket* waits = nullptr;
  std::optional<Instant> again;
  for (ModelTicket* each : in_line(fifo)) {
    if (!admits(fifo, each->shared, each->take)) {
      waits = each;
      break;
    }
    auto settling = settling_.find(each->id);
    if (settling != settling_.end() && settling->second.until > now_) {
      waits = each;
      again = sooner(again, settling->second.until);
      break;
    }
    if (next_turn(fifo) > now_) {
      waits = each;
      again = sooner(again, next_turn(fifo));
      break;
    }
    const Given given = give_turn(fifo, *each);
    if (given == Given::kStopped) again = now_ + kAskStopped;
    if (given != Given::kWaits) continue;
    waits = each;
    again = sooner(again, now_ + kAskStopped);
    break;
  }
  bool free = admits(fifo, false, 1) || admits(fifo, true, 1);
  if (again && free && live(fifo) > held(fifo)) {
    ask_again_[fifo.id] = *again;
  } else {
    ask_again_.erase(fifo.id);
  }
  clear_way(fifo);
  return waits;
}

// Nothing is given to one that has left; a hold ends with its last caller.
bool Model::leave_if_alone(ModelTicket& ticket) {
  bool left =
      std::erase_if(waiters_, [&](const Waiter& each) {
        return each.is_of(ticket.id) && each.hold && !world_.alive(each.caller);
      }) > 0;
  std::erase_if(waiters_, [&](const Waiter& each) {
    return each.ticket == ticket.id && !world_.alive(each.caller);
  });
  if (!left || held_open(ticket.id)) return false;
  end(ticket, TicketEnd::kCancelled, ErrorCode::kCancelled);
  return true;
}

Model::Given Model::give_turn(ModelFifo& fifo, ModelTicket& ticket) {
  if (leave_if_alone(ticket)) return Given::kLeft;
  bool attended =
      ticket.hold ? held_open(ticket.id) : !callers_of(ticket.id).empty();
  if (is_stopped(ticket)) return Given::kStopped;
  if (ticket.lead != 0 && !are_next(ticket)) return Given::kWaits;
  for (ModelTicket* each : group(ticket)) {
    ModelFifo& in = *this->fifo(each->fifo);
    take_turn(in, *each, attended);
    if (in.id == fifo.id) continue;
    settle(in);
    // Those behind it may be next.
    ask_again_[in.id] = now_;
  }
  if (!attended) return Given::kTaken;
  for (ModelTicket* each : group(ticket)) tell(*each, std::nullopt);
  return Given::kTaken;
}

void Model::take_turn(ModelFifo& fifo, ModelTicket& ticket, bool attended) {
  take_slots(fifo, ticket);
  stop_settling(ticket.id);
  stop_preempting(ticket);
  if (attended) return accept(fifo, ticket);
  // Nobody is there to take it: it is kept for a while.
  ticket.state = TicketState::kReady;
  ticket.deadline.reset();
  Duration patience = ticket.timeouts.accept;
  if (ticket.hold && patience == Duration::zero()) {
    patience = kMinReattachGrace;
  }
  if (patience != Duration::zero()) ticket.deadline = now_ + patience;
}

Instant Model::next_turn(const ModelFifo& fifo) const {
  auto last = last_turn_.find(fifo.id);
  if (!fifo.config.rate || last == last_turn_.end()) return Instant::min();
  return last->second + fifo.config.rate.interval();
}

void Model::ask_by(Id fifo, Instant when) {
  auto [again, is_new] = ask_again_.try_emplace(fifo, when);
  again->second = std::min(again->second, when);
}

// Shared ones have one slot together.
void Model::take_slots(const ModelFifo& fifo, ModelTicket& ticket) {
  if (fifo.config.rate) {
    last_turn_[fifo.id] = counted_at(next_turn(fifo), now_);
  }
  std::set<int> taken;
  for (const ModelTicket& each : stored_.tickets) {
    if (each.fifo != fifo.id || !each.held()) continue;
    if (ticket.shared && each.shared) {
      ticket.slots = each.slots;
      ticket.slot_names = each.slot_names;
      return;
    }
    taken.insert(each.slots.begin(), each.slots.end());
  }
  const std::vector<std::string>& names = fifo.config.slot_names;
  int left = ticket.take;
  for (int slot = 0; left > 0; ++slot) {
    if (taken.contains(slot)) continue;
    --left;
    ticket.slots.push_back(slot);
    if (names.empty()) continue;
    ticket.slot_names.push_back(names.at(static_cast<std::size_t>(slot)));
  }
}

// Whether a ticket could ever have its turn.
bool Model::may_take(const Ask& ask, int slots, ConnectionId caller) {
  if (ask.shared && ask.take > 1) {
    refuse(caller, ErrorCode::kBadRequest);
    return false;
  }
  if (ask.take <= slots) return true;
  refuse(caller, ErrorCode::kTooFewSlots);
  return false;
}

// Those that have their turn are counted by their slots.
bool Model::admits(const ModelFifo& fifo, bool shared, int take,
                   const std::set<Id>& without) const {
  std::set<int> slots;
  std::set<int> of_shared;
  for (const ModelTicket& each : stored_.tickets) {
    if (each.fifo != fifo.id || !each.held()) continue;
    if (without.contains(each.id)) continue;
    slots.insert(each.slots.begin(), each.slots.end());
    if (each.shared) of_shared.insert(each.slot());
  }
  if (shared) {
    for (int slot : of_shared) slots.erase(slot);
  }
  return !fifo.paused &&
         static_cast<int>(slots.size()) + take <= fifo.config.slots;
}

// Whether one that comes now gets its turn at once.
bool Model::has_room(ModelFifo& fifo, const Ask& ask) {
  if (!admits(fifo, ask.shared, ask.take) || ask.settle) return false;
  if (next_turn(fifo) > now_) return false;
  if (live(fifo) == held(fifo) || ask.preempt) return true;
  const ModelTicket* waits = ask_line(fifo);
  bool first = waits == nullptr || -ask.priority < waits->rank;
  return first && admits(fifo, ask.shared, ask.take) && next_turn(fifo) <= now_;
}

const ModelTicket* Model::ask_line(ModelFifo& fifo) {
  int held_before = held(fifo);
  int live_before = live(fifo);
  const ModelTicket* waits = promote(fifo);
  if (held(fifo) != held_before || live(fifo) != live_before) settle(fifo);
  return waits;
}

// Each turn has a fence above all before it.
void Model::accept(ModelFifo& fifo, ModelTicket& ticket) {
  ticket.fence = ++fifo.fence;
  ticket.granted = now_;
  ticket.state = TicketState::kAccepted;
  ticket.deadline.reset();
  // A caller of hold keeps its turn for as long as it stays.
  if (!ticket.hold && ticket.timeouts.done != Duration::zero()) {
    ticket.deadline = now_ + ticket.timeouts.done;
  }
}

}  // namespace syncq::sim
