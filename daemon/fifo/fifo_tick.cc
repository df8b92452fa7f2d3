// Timers, departures, recovery.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/fifo/fifo_engine.h"

namespace syncq {
namespace {

// How much of each kind one tick does: the rest is due again at once, after the
// callers that came since.
constexpr int kMostPerTick = 256;

// More than the grants that a loss of power can undo: the write-ahead log is
// synced whenever it is moved into the file, each 1,000 pages of 4 KiB, and a
// page holds less than 100 tickets.
constexpr std::int64_t kFenceGap = 1'000'000;

// The one that has run out.
std::string_view clock_of(const Ticket& ticket) {
  switch (ticket.state) {
    case TicketState::kWaiting:
      return "wait_timeout";
    case TicketState::kReady:
      return "accept_timeout";
    default:
      return "done_timeout";
  }
}

}  // namespace

void FifoEngine::recover(Instant now, bool same_boot) {
  if (!same_boot) store_.raise_fences(kFenceGap);
  store_.extend_deadlines(now, kMinReattachGrace);
  constexpr int kBatch = 1000;
  population_.recount(store_);
  recover_lines(now);
  recover_destroyed();
  std::int64_t after = 0;
  for (auto tickets = store_.live_holds(after, kBatch); !tickets.empty();
       tickets = store_.live_holds(after, kBatch)) {
    for (const Ticket& ticket : tickets) {
      after = ticket.seq;
      recover_hold(ticket, now, same_boot);
    }
  }
}

// If a slot is free and somebody waits, then those first in line were stopped,
// or the FIFO's rows have just been mended.
void FifoEngine::recover_lines(Instant now) {
  constexpr int kBatch = 1000;
  std::int64_t after = 0;
  for (auto fifos = store_.list_fifos(after, kBatch); !fifos.empty();
       fifos = store_.list_fifos(after, kBatch)) {
    for (const Fifo& fifo : fifos) {
      after = fifo.id;
      bool left = admits(fifo, true) && fifo.waiting() > 0;
      if (left) passed_over_[fifo.id] = {now, {}};
    }
  }
}

void FifoEngine::recover_destroyed() {
  for (std::int64_t fifo : store_.deleted_fifos_in_use()) {
    destroyed_.emplace(fifo, Refusal{ErrorCode::kDestroyed,
                                     "the FIFO was destroyed: make a new one"});
  }
}

// A ticket of hold survived a restart without its connection. Its holder may
// come back; until then, its process keeps the turn.
void FifoEngine::recover_hold(const Ticket& held, Instant now, bool same_boot) {
  Ticket ticket = held;
  bool accepted = ticket.state == TicketState::kAccepted;
  const Process& process =
      accepted && ticket.command.pid != 0 ? ticket.command : ticket.owner;
  std::optional<int> status;
  bool gone = process.pid != 0 &&
              (!same_boot || !processes_.watch(ticket.seq, process, status));
  if (gone) {
    // The pid may have been reused.
    if (!same_boot) {
      ticket.command = Process{};
      store_.update_ticket(ticket);
    }
    gone_[ticket.seq] = status;
    return;
  }
  // Only its connection kept it: it gets time to come back, though its owner
  // may live on.
  if (accepted && ticket.command.pid == 0 && !ticket.deadline) {
    ticket.deadline = now + std::max(ticket.timeouts.accept, kMinReattachGrace);
    store_.update_ticket(ticket);
  }
}

bool FifoEngine::caller_gone(ConnectionId caller) {
  joiners_.remove(caller);
  return finish(caller, std::nullopt);
}

bool FifoEngine::caller_lost(ConnectionId caller, bool keeps_place,
                             Instant until) {
  const ParkedCallers::Entry* found = parked_.find(caller);
  bool waits =
      found != nullptr && found->hold && (found->granted || keeps_place);
  if (!waits) {
    caller_gone(caller);
    return false;
  }
  const ParkedCallers::Entry entry = *parked_.remove(caller);
  for (std::size_t i = 0; i < entry.places(); ++i) {
    lost_[entry.at(i).seq] = until;
    lost_until_.emplace(until, entry.at(i).seq);
  }
  return true;
}

void FifoEngine::give_up_lost(Instant now) {
  while (!lost_until_.empty() && lost_until_.begin()->first <= now) {
    auto [until, seq] = *lost_until_.begin();
    auto lost = lost_.find(seq);
    if (lost != lost_.end() && lost->second == until) {
      gone_.try_emplace(seq);
      lost_.erase(lost);
    }
    lost_until_.erase(lost_until_.begin());
  }
}

void FifoEngine::process_ended(std::int64_t seq, std::optional<int> status) {
  gone_[seq] = status;
}

// `broken`: nothing but its process keeps it.
void FifoEngine::release_if_gone(std::int64_t seq, std::optional<int> status,
                                 bool broken, Instant now, WallMillis wall) {
  std::optional<Ticket> ticket = store_.find_ticket(seq);
  if (!ticket || ticket->state == TicketState::kEnded) return;
  // A ticket of an aborted transaction may have left its number to another.
  if (!ticket->hold || (!broken && parked_.held_open(seq))) return;
  bool accepted = ticket->state == TicketState::kAccepted;
  // The command lives on though its wrapper is gone, or has become it.
  std::optional<int> seen;
  if (accepted && ticket->command.pid != 0 &&
      processes_.watch(seq, ticket->command, seen)) {
    return;
  }
  std::optional<Fifo> fifo = store_.find_fifo(ticket->fifo);
  if (!fifo) return;
  end_turn(*fifo, *ticket, accepted ? TicketEnd::kDone : TicketEnd::kCancelled,
           {ErrorCode::kDone, "its holder is gone"}, status ? status : seen,
           now, wall);
  promote(*fifo, now);
  save(*fifo, now);
}

// A ticket stays in its map until handled, so that an exception loses none.
void FifoEngine::release_gone(Instant now, WallMillis wall) {
  for (auto* all : {&gone_, &broken_}) {
    while (!all->empty()) {
      auto gone = *all->begin();
      release_if_gone(gone.first, gone.second, all == &broken_, now, wall);
      undo_.push([all, gone] { (*all)[gone.first] = gone.second; });
      all->erase(gone.first);
    }
  }
}

void FifoEngine::unwatch(const Ticket& ticket) {
  processes_.unwatch(ticket.seq);
  recheck_if_undone(ticket.seq);
}

// The transaction that ended this ticket, or gave it a connection, was aborted.
// Its connection is gone now through no fault of its own, as after a restart.
void FifoEngine::recheck(std::int64_t seq, Instant now) {
  std::optional<Ticket> ticket = store_.find_ticket(seq);
  if (!ticket || ticket->state == TicketState::kEnded) return;
  if (!ticket->hold || parked_.held_open(seq)) return;
  recover_hold(*ticket, now, true);
}

void FifoEngine::expire(Ticket ticket, Instant now, WallMillis wall) {
  std::optional<Fifo> fifo = store_.find_fifo(ticket.fifo);
  if (!fifo) {
    auto destroyed = destroyed_.find(ticket.fifo);
    if (destroyed == destroyed_.end()) {
      population_.remove_ticket();
      return store_.delete_ticket(ticket.seq);
    }
    Fifo gone;
    return end(gone, ticket, TicketEnd::kCancelled, destroyed->second, now);
  }
  bool waited = ticket.state == TicketState::kWaiting;
  ticket.end = waited ? TicketEnd::kWaitTimeout : TicketEnd::kExpired;
  Refusal why = ended_refusal(ticket);
  events_.push_back(TicketExpired{fifo->called(), ticket.uuid, ticket.label,
                                  clock_of(ticket)});
  end_turn(*fifo, ticket, ticket.end, why, std::nullopt, now, wall);
  promote(*fifo, now);
  save(*fifo, now);
}

// One by one: the end of one ticket can move another that is due.
void FifoEngine::expire_due(Instant now, WallMillis wall) {
  for (int i = 0; i < kMostPerTick; ++i) {
    std::vector<Ticket> due = store_.due_tickets(now, 1);
    if (due.empty()) break;
    expire(due.front(), now, wall);
  }
  for (Fifo& fifo : store_.due_fifos(now, kMostPerTick)) {
    events_.push_back(FifoUnused{fifo.uuid, fifo.name});
    destroy(fifo, {ErrorCode::kDestroyed, "the FIFO was not used for so long"});
  }
}

Refusal FifoEngine::not_in_time(const ParkedCallers::Entry& entry) {
  std::optional<Fifo> fifo = store_.find_fifo(entry.fifo);
  return {ErrorCode::kStillWaiting,
          fmt::format("the turn did not come in time{}{}: try again, or wait "
                      "longer",
                      fifo && fifo->paused ? ", since its FIFO is paused" : "",
                      entry.hold ? "" : "; the ticket keeps its place")};
}

void FifoEngine::end_calls_due(Instant now) {
  while (std::optional<ConnectionId> caller = parked_.take_due(now)) {
    ParkedCallers::Entry entry = *parked_.remove(*caller);
    for (std::size_t i = 0; entry.hold && i < entry.places(); ++i) {
      gone_.try_emplace(entry.at(i).seq);
    }
    notifier_.notify(*caller, Ended{not_in_time(entry)});
  }
}

void FifoEngine::end_joins_due(Instant now) {
  while (std::optional<ConnectionId> caller = joiners_.take_due(now)) {
    joiners_.remove(*caller);
    notifier_.notify(
        *caller, Ended{{ErrorCode::kStillWaiting,
                        "the ticket has not ended in time: try again, or wait "
                        "longer"}});
  }
}

void FifoEngine::forget(Instant now) {
  int forgotten = store_.forget_due(now, kMostPerTick);
  if (!ended_known_) {
    ended_ = store_.count_ended();
    turns_ = store_.count_turns();
    ended_known_ = true;
  } else {
    ended_ -= forgotten;
  }
}

void FifoEngine::tick(Instant now, WallMillis wall) {
  end_calls_due(now);
  end_joins_due(now);
  for (ConnectionId caller : std::exchange(stranded_, {})) {
    notifier_.notify(caller,
                     Ended{{ErrorCode::kStoreFailed,
                            "the store failed before the ticket was there: "
                            "ask again"}});
  }
  while (!recheck_.empty()) {
    std::int64_t seq = *recheck_.begin();
    recheck(seq, now);
    recheck_if_undone(seq);
    recheck_.erase(seq);
  }
  give_up_lost(now);
  release_gone(now, wall);
  kill_due(now);
  ask_stopped(now);
  if (nearest_.due(now)) {
    expire_due(now, wall);
    forget(now);
    nearest_.know(store_.next_deadline());
  }
  if (ended_ > kMaxRemembered) ended_ -= store_.forget_oldest(kMostPerTick);
  if (turns_ > kHistory) forget_oldest_turns(now);
  end_destroyed(kMostPerTick, now);
  if (!broken_.empty()) release_gone(now, wall);
  positions_.tick(now);
}

std::optional<Instant> FifoEngine::next_deadline() {
  if (!destroyed_.empty() || !stranded_.empty()) return Instant();
  std::optional<Instant> next = sooner(
      nearest_.next(), sooner(parked_.next_limit(), positions_.next_due()));
  next = sooner(next, joiners_.next_limit());
  next = sooner(next, preemptions_.next_kill());
  for (const auto& [fifo, passed] : passed_over_) {
    next = sooner(next, passed.ask_again);
  }
  if (!lost_until_.empty()) next = sooner(next, lost_until_.begin()->first);
  return next;
}

void FifoEngine::committed() {
  undo_.clear();
  population_.committed();
}

void FifoEngine::rolled_back() {
  undo_.undo();
  population_.rolled_back();
  for (auto& [fifo, passed] : passed_over_) passed = {};
  past_turns_.rolled_back();
  positions_.rolled_back();
  nearest_.forget();
  ended_known_ = false;
}

void FifoEngine::dismiss_callers(const Refusal& why) {
  for (ParkedCallers* callers : {&parked_, &joiners_}) {
    for (ConnectionId caller : callers->all()) {
      callers->remove(caller);
      notifier_.notify(caller, Ended{why});
    }
  }
}

}  // namespace syncq
