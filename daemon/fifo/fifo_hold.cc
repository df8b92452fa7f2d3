// `hold`: ticket, wait and done in one connection.

#include <fmt/format.h>

#include "common/duration.h"
#include "common/names.h"
#include "daemon/fifo/fifo_engine.h"
#include "daemon/fifo/slots.h"

namespace syncq {

std::string rate_text(const Rate& rate) {
  return rate ? format_rate(rate) : "none";
}

Result<Fifo> FifoEngine::get_or_create(std::string_view name,
                                       const HoldRequest& call, Instant now,
                                       WallMillis wall, bool& created) {
  Result<Fifo> fifo = find(name);
  if (!fifo) {
    bool makeable = call.create && !Uuid::parse(name) &&
                    fifo.refusal().code == ErrorCode::kNotFound;
    if (!makeable) return fifo.refusal();
    Result<> valid = check_fifo_name(name);
    if (!valid) return valid.refusal();
    NewFifo wanted = call.fifo;
    wanted.name = name;
    // Else the FIFO would stay behind if its ticket were refused.
    Result<> possible = check_take(call.terms, name, wanted.slots.value_or(1));
    if (!possible) return possible.refusal();
    Result<> room = population_.room_for_ticket({});
    if (!room) return room.refusal();
    Result<Fifo> made = create_fifo(wanted, now, wall);
    created = made.ok();
    return made;
  }
  const FifoConfig& config = fifo->config;
  const std::vector<std::string>& names = call.fifo.slot_names;
  int slots = call.fifo.slots.value_or(config.slots);
  if (slots != config.slots || (!names.empty() && names != config.slot_names)) {
    return Refusal{
        ErrorCode::kConflict,
        fmt::format("FIFO '{}' has {}, not {}: leave slots out, or "
                    "change it with /fifo/{}/set",
                    name, describe_slots(config.slots, config.slot_names),
                    names.empty() ? std::to_string(slots) : names_text(names),
                    name)};
  }
  if (call.fifo.rate.value_or(config.rate) != config.rate) {
    return Refusal{ErrorCode::kConflict,
                   fmt::format("FIFO '{}' has the rate {}, not {}: leave rate "
                               "out, or change it with /fifo/{}/set",
                               name, rate_text(config.rate),
                               rate_text(*call.fifo.rate), name)};
  }
  return fifo;
}

// What is forgotten makes room for a new one of this name.
bool FifoEngine::is_known(const Uuid& uuid, Instant now) {
  std::optional<Ticket> ticket = store_.find_ticket(uuid);
  if (!ticket || !is_forgotten(*ticket, now)) return ticket.has_value();
  store_.delete_ticket(ticket->seq);
  ended_known_ = false;
  return false;
}

Result<HoldReply> FifoEngine::hold(std::string_view name,
                                   const HoldRequest& call, ConnectionId caller,
                                   Instant now, WallMillis wall) {
  if (!notifier_.alive(caller)) return gone_refusal();
  // A turn that is free by now must not be missed.
  const bool looks = call.nowait || call.terms.preempt ||
                     call.terms.if_waiting != IfWaiting::kQueue;
  if (looks) release_gone(now, wall);
  if (call.ticket && (!call.create || is_known(*call.ticket, now))) {
    return reattach(name, call, caller, now);
  }
  if (!call.with.empty()) return hold_several(name, call, caller, now, wall);
  bool created = false;
  Result<Fifo> fifo = get_or_create(name, call, now, wall, created);
  if (!fifo) return fifo.refusal();
  Result<HoldReply> start = new_hold(*fifo, call, caller, now);
  if (start) start->created = created;
  return start;
}

void FifoEngine::park_hold(const Fifo& fifo, const Ticket& ticket,
                           std::span<const Member> others,
                           const HoldRequest& call, ConnectionId caller,
                           bool is_new, HoldReply& start, Instant now) {
  ParkedCallers::Entry entry;
  entry.seq = ticket.seq;
  entry.fifo = fifo.id;
  entry.hold = true;
  entry.granted = start.granted.has_value();
  bool waiting = ticket.state == TicketState::kWaiting;
  if (waiting && call.limit && *call.limit != Duration::zero()) {
    entry.limit = now + *call.limit;
  }
  if (waiting && is_new) {
    start.news = positions_.join(fifo, ticket, entry, now);
    start.position = start.news->position;
  }
  for (std::size_t i = 0; i < others.size(); ++i) {
    const auto& [in, other] = others[i];
    ParkedCallers::Place& place = entry.others.emplace_back();
    place.seq = other.seq;
    place.fifo = in.id;
    if (!waiting || !is_new) continue;
    HoldReply& also = start.others[i];
    also.news = positions_.join(in, other, place, now);
    also.position = also.news->position;
  }
  parked_.add(caller, entry);
  undo_.push([this, caller] { parked_.remove(caller); });
  for (std::size_t i = 0; i < entry.places(); ++i) {
    // If this is undone, it has time to come back as after a restart.
    lost_.erase(entry.at(i).seq);
    recheck_if_undone(entry.at(i).seq);
    // After the caller is known: a line without callers of hold is not swept.
    positions_.changed(entry.at(i).fifo);
  }
}

void FifoEngine::not_told(ConnectionId caller) {
  ParkedCallers::Entry* entry = parked_.find(caller);
  for (std::size_t i = 0; entry != nullptr && i < entry->places(); ++i) {
    entry->of_ticket(entry->at(i).seq).told_position = 0;
    positions_.changed(entry->at(i).fifo);
  }
}

// A new ticket, in `fifo` and in the store; `fifo` is written by save(). With
// its turn, which `start` tells, if that is `free`.
Ticket FifoEngine::draw(Fifo& fifo, const HoldRequest& call, const Uuid& uuid,
                        const Timeouts& timeouts, bool free, Standing standing,
                        HoldReply& start, Instant now) {
  Ticket ticket = new_ticket(fifo, uuid, timeouts, call.terms, now);
  ticket.hold = true;
  ticket.rank = standing.rank;
  ticket.lead = standing.lead;
  ticket.label = call.label;
  ticket.cwd = call.cwd;
  ticket.owner = call.owner;
  if (call.exec) ticket.command = call.owner;
  ++fifo.live;
  if (free) {
    take_slots(fifo, ticket, now);
    start.granted = accept(fifo, ticket, now);
  }
  start.ticket = uuid;
  store_.insert_ticket(ticket);
  population_.add_ticket();
  if (!free) join_line(ticket);
  // Its number may go to another then.
  undo_.push([this, seq = ticket.seq] {
    for (ParkedCallers* callers : {&parked_, &joiners_}) {
      for (ConnectionId waiter : callers->of_ticket(seq)) {
        callers->remove(waiter);
        stranded_.push_back(waiter);
      }
    }
  });
  return ticket;
}

std::string FifoEngine::why_not_now(const Fifo& fifo, const TicketTerms& terms,
                                    Instant now) const {
  if (fifo.paused) return fmt::format("FIFO {} is paused", fifo.called());
  std::optional<Instant> next = rate_.next(fifo, now);
  if (!next || !admits(fifo, terms.shared, terms.take)) {
    return fmt::format("it is not your turn in FIFO {}", fifo.called());
  }
  return fmt::format(
      "FIFO {} gives {} turns at most, the next in {}", fifo.called(),
      format_rate(fifo.config.rate),
      format_duration(
          std::chrono::ceil<std::chrono::milliseconds>(*next - now)));
}

Result<HoldReply> FifoEngine::new_hold(Fifo fifo, const HoldRequest& call,
                                       ConnectionId caller, Instant now) {
  Result<Timeouts> timeouts =
      timeouts_for(fifo, call.fifo.timeouts, call.create);
  if (!timeouts) return timeouts.refusal();
  Result<> possible = check_take(call.terms, fifo.called(), fifo.config.slots);
  if (!possible) return possible.refusal();
  bool free = has_room(fifo, call.terms, now);
  if (!free && call.nowait) {
    return Refusal{ErrorCode::kStillWaiting,
                   why_not_now(fifo, call.terms, now) +
                       ", and you did not want to wait: try again later"};
  }
  std::optional<Ticket> replaced;
  if (!free) {
    auto met = meet_waiting(fifo, call.terms, now);
    if (!met) return met.refusal();
    replaced = *met;
  }
  Result<> room = population_.room_for_ticket(fifo);
  if (!room) return room.refusal();
  const Instant first = end_replaced(fifo, replaced, now);
  Uuid uuid = call.ticket ? *call.ticket : Uuid::random();
  HoldReply start;
  const bool ahead = !free && (call.terms.preempt || is_waited_for(fifo, call));
  const std::int64_t rank = ahead
                                ? rank_before(store_.next_waiting(fifo.id, {}))
                                : -call.terms.priority;
  Ticket ticket =
      draw(fifo, call, uuid, *timeouts, free, {0, rank}, start, now);
  follow(replaced, ticket);
  settle(ticket, call.terms, first, now);
  if (call.terms.settle != Duration::zero()) promote(fifo, now);
  // Nothing else may happen until then.
  if (auto next = rate_.next(fifo, now); next && !free) ask_by(fifo.id, *next);
  if (ahead) ask_by(fifo.id, now);
  save(fifo, now);
  start.fifo = fifo;
  park_hold(fifo, ticket, {}, call, caller, true, start, now);
  if (call.terms.preempt && !free) {
    preemptions_.add(fifo.id, ticket.seq, call.terms.preempt);
    start.preempted = clear_way(fifo, now);
  }
  return start;
}

Result<Ticket> FifoEngine::find_hold(std::string_view name, const Uuid& uuid,
                                     Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Ticket> ticket = find(*fifo, uuid, now);
  if (!ticket) return ticket.refusal();
  if (ticket->state == TicketState::kEnded) return ended_refusal(*ticket);
  if (!ticket->hold) {
    return Refusal{ErrorCode::kConflict,
                   fmt::format("ticket {} was not made by hold: use wait and "
                               "done with it",
                               uuid.text())};
  }
  return ticket;
}

Result<HoldReply> FifoEngine::reattach(std::string_view name,
                                       const HoldRequest& call,
                                       ConnectionId caller, Instant now) {
  Result<Ticket> ticket = find_hold(name, *call.ticket, now);
  if (!ticket) return ticket.refusal();
  if (ticket->lead != 0) return reattach_group(*ticket, call, caller, now);
  Fifo fifo = *store_.find_fifo(ticket->fifo);
  HoldReply start = take_back(fifo, *ticket, now);
  park_hold(fifo, *ticket, {}, call, caller, false, start, now);
  if (call.terms.preempt && !start.granted) {
    preemptions_.add(fifo.id, ticket->seq, call.terms.preempt);
    start.preempted = clear_way(fifo, now);
  }
  return start;
}

// Its caller has come back. Writes both.
HoldReply FifoEngine::take_back(Fifo& fifo, Ticket& ticket, Instant now) {
  HoldReply start;
  if (ticket.state == TicketState::kReady) {
    start.granted = accept(fifo, ticket, now);
    save(fifo, now);
  } else if (ticket.state == TicketState::kAccepted) {
    start.granted = granted_of(ticket);
  } else {
    // The next walk tells the true position; all come back together after a
    // restart, and are told by one.
    start.position = fifo.waiting();
  }
  if (start.granted) {
    unwatch(ticket);
    ticket.deadline.reset();
  }
  // Even if nothing changed: the transaction must end with a commit or an
  // abort.
  store_.update_ticket(ticket);
  start.fifo = fifo;
  start.ticket = ticket.uuid;
  return start;
}

void FifoEngine::announce(ConnectionId caller, const Process& command) {
  ParkedCallers::Entry* entry = parked_.find(caller);
  if (entry == nullptr || !entry->hold) return;
  std::optional<Ticket> ticket = store_.find_ticket(entry->seq);
  if (!ticket || ticket->state == TicketState::kEnded) return;
  set_command(*ticket, command);
}

bool FifoEngine::finish(ConnectionId caller, std::optional<int> status) {
  std::optional<ParkedCallers::Entry> entry = parked_.remove(caller);
  if (!entry || !entry->hold) return false;
  for (std::size_t i = 0; i < entry->places(); ++i) {
    gone_[entry->at(i).seq] = status;
  }
  return entry->granted;
}

void FifoEngine::set_command(const Ticket& of, const Process& command) {
  for (Ticket& ticket : together_with(of)) {
    ticket.command = command;
    if (ticket.state == TicketState::kAccepted &&
        !parked_.held_open(ticket.seq)) {
      // Its caller is away: this process is all that keeps the turn, instead of
      // another one or a time to come back.
      ticket.deadline.reset();
      std::optional<int> status;
      if (!processes_.watch(ticket.seq, command, status)) {
        gone_[ticket.seq] = status;
      }
      recheck_if_undone(ticket.seq);
    }
    store_.update_ticket(ticket);
  }
}

}  // namespace syncq
