// FIFOs and tickets: whose turn it is, and what time does.

#include <algorithm>

#include "daemon/commit/nearest_deadline.h"
#include "daemon/fifo/fifo_engine.h"
#include "tests/sim/model.h"

namespace syncq::sim {
namespace {

Expected last_line(ErrorCode code) {
  Expected expected;
  expected.form = Expected::Form::kLastLine;
  expected.json = {{"event", "ended"}, {"error", error_name(code)}};
  return expected;
}

}  // namespace

// --- the line ---------------------------------------------------------------

std::vector<ConnectionId> Model::callers_of(Id ticket) const {
  std::vector<ConnectionId> callers;
  for (const Waiter& each : waiters_) {
    if (each.is_of(ticket)) callers.push_back(each.caller);
  }
  std::sort(callers.begin(), callers.end());
  return callers;
}

bool Model::held_open(Id ticket) const {
  return std::any_of(waiters_.begin(), waiters_.end(), [&](const Waiter& each) {
    return each.is_of(ticket) && each.hold;
  });
}

Expected Model::grant(const ModelTicket& ticket, bool line) const {
  Expected expected;
  expected.json = {{"ticket", reference(ticket.id)},
                   {"fence", ticket.fence},
                   {"slot", ticket.slot()}};
  if (ticket.take > 1) expected.json["slots"] = ticket.slots;
  if (!ticket.slot_names.empty()) {
    expected.json["slot_names"] = ticket.slot_names;
  }
  if (line) {
    expected.form = Expected::Form::kLine;
    expected.json["event"] = "grant";
    expected.json["lease"] = ticket.command.pid != 0 ? "process" : "connection";
    for (const ModelTicket& each : stored_.tickets) {
      bool other = ticket.group != 0 && each.group == ticket.group &&
                   each.id != ticket.id && each.live();
      // What is left of a FIFO that is destroyed has no part in it.
      bool gone = stored_.destroyed.contains(each.fifo);
      if (!other || gone) continue;
      expected.others.push_back(grant(each, false));
      expected.json["others"].push_back(expected.others.back().json);
    }
  }
  expected.granted = ticket.id;
  for (const ModelFifo& each : stored_.fifos) {
    if (each.id != ticket.fifo) continue;
    expected.granted_in = each.name.empty() ? reference(each.id) : each.name;
  }
  return expected;
}

// All who wait for a ticket hear of it. Callers of hold stay with their turn.
void Model::tell(const ModelTicket& ticket,
                 const std::optional<ErrorCode>& end) {
  for (ConnectionId caller : callers_of(ticket.id)) {
    auto waiter =
        std::find_if(waiters_.begin(), waiters_.end(),
                     [&](const Waiter& each) { return each.caller == caller; });
    bool stream = waiter->hold;
    // Who has several turns is told of all with the first.
    if (stream && !end && waiter->ticket != ticket.id) continue;
    if (stream && !end) {
      waiter->granted = true;
      waiter->limit.reset();
    } else {
      waiters_.erase(waiter);
    }
    if (!end) {
      world_.say(caller, grant(ticket, stream));
    } else if (stream) {
      world_.say(caller, last_line(*end));
    } else {
      refuse(caller, *end);
    }
  }
}

void Model::end(ModelTicket& ticket, TicketEnd how, ErrorCode why) {
  if (ticket.hold) touched_.insert(ticket.id);
  ticket.state = TicketState::kEnded;
  ticket.end = how;
  ticket.slots.clear();
  ticket.slot_names.clear();
  ticket.deadline = now_ + kRememberEnded;
  stop_settling(ticket.id);
  stop_preempting(ticket);
  tell(ticket, why);
  if (how != TicketEnd::kReplaced) tell_joiners(ticket);
  for (ModelTicket* each : group(ticket)) {
    if (each->id == ticket.id) continue;
    broken_.insert(each->id);
    touched_.insert(each->id);
  }
}

// An unused FIFO goes after a time.
void Model::settle(ModelFifo& fifo) {
  fifo.deadline.reset();
  bool unused = live(fifo) == 0 && !fifo.paused;
  if (unused && fifo.config.unused_destroy != Duration::zero()) {
    fifo.deadline = now_ + fifo.config.unused_destroy;
  }
}

void Model::destroy(Id id) {
  auto found = std::find_if(stored_.fifos.begin(), stored_.fifos.end(),
                            [&](const auto& each) { return each.id == id; });
  stored_.fence_floor = std::max(stored_.fence_floor, found->fence);
  stored_.destroyed.insert(id);
  stored_.fifos.erase(found);
  ask_again_.erase(id);
}

// --- who is gone ------------------------------------------------------------

void Model::caller_gone(ConnectionId caller, bool remote, bool lost,
                        Instant wait_until) {
  auto is_its = [&](const auto& each) { return each.caller == caller; };
  std::erase_if(takers_, is_its);
  std::erase_if(listeners_, is_its);
  std::erase_if(joiners_, is_its);
  auto waiter = std::find_if(waiters_.begin(), waiters_.end(), is_its);
  if (waiter == waiters_.end()) return;
  if (waiter->hold) {
    // A remote holder may work on where we can't see it.
    bool waits = remote && (waiter->granted || lost);
    std::vector<Id> tickets = waiter->others;
    tickets.push_back(waiter->ticket);
    for (Id id : tickets) {
      if (waits) {
        lost_[id] = wait_until;
      } else {
        gone_.insert(id);
      }
    }
  }
  waiters_.erase(waiter);
}

// In the order in which their tickets came into being.
void Model::release_gone() {
  auto in_order = [this](const std::set<Id>& ids) {
    for (const ModelTicket& each : stored_.tickets) {
      if (ids.contains(each.id)) return each.id;
    }
    return *ids.begin();
  };
  while (!gone_.empty()) {
    Id id = in_order(gone_);
    gone_.erase(id);
    released_.insert(id);
    release(id, false);
  }
  while (!broken_.empty()) {
    Id id = in_order(broken_);
    broken_.erase(id);
    release(id, true);
  }
}

// A turn of hold ends with its caller, unless a process keeps it.
void Model::release(Id id, bool broken) {
  ModelTicket* found = ticket(id);
  bool kept = found == nullptr || !found->live() || !found->hold ||
              (!broken && held_open(id));
  ModelFifo* in = kept ? nullptr : fifo(found->fifo);
  if (in == nullptr) return;
  bool accepted = found->state == TicketState::kAccepted;
  bool runs = accepted && found->command.pid != 0 &&
              world_.look(found->command) != ProcessState::kEnded;
  if (runs) return;
  end(*found, accepted ? TicketEnd::kDone : TicketEnd::kCancelled,
      ErrorCode::kDone);
  promote(*in);
  settle(*in);
}

// --- time -------------------------------------------------------------------

void Model::end_calls_due() {
  while (true) {
    auto first = waiters_.end();
    for (auto it = waiters_.begin(); it != waiters_.end(); ++it) {
      if (!it->limit || *it->limit > now_) continue;
      if (first == waiters_.end() ||
          std::pair(*it->limit, it->caller) <
              std::pair(*first->limit, first->caller)) {
        first = it;
      }
    }
    if (first == waiters_.end()) return;
    Waiter waiter = *first;
    waiters_.erase(first);
    if (waiter.hold) {
      gone_.insert(waiter.ticket);
      gone_.insert(waiter.others.begin(), waiter.others.end());
      world_.say(waiter.caller, last_line(ErrorCode::kStillWaiting));
    } else {
      refuse(waiter.caller, ErrorCode::kStillWaiting);
    }
  }
}

void Model::expire_due() {
  while (true) {
    ModelTicket* first = nullptr;
    for (ModelTicket& each : stored_.tickets) {
      bool due = each.live() && each.deadline && *each.deadline <= now_;
      if (due && (first == nullptr || *each.deadline < *first->deadline)) {
        first = &each;
      }
    }
    if (first == nullptr) return;
    ModelFifo* in = fifo(first->fifo);
    if (in == nullptr) {
      end(*first, TicketEnd::kCancelled, ErrorCode::kDestroyed);
      continue;
    }
    bool waited = first->state == TicketState::kWaiting;
    end(*first, waited ? TicketEnd::kWaitTimeout : TicketEnd::kExpired,
        waited ? ErrorCode::kWaitTimeout : ErrorCode::kExpired);
    promote(*in);
    settle(*in);
  }
}

// One destroyed FIFO at a time; that nothing is left of it takes a look more,
// and so does its history.
void Model::end_destroyed() {
  if (stored_.destroyed.empty()) return;
  Id id = *stored_.destroyed.begin();
  bool any = false;
  for (ModelTicket& each : stored_.tickets) {
    if (!each.live() || each.fifo != id) continue;
    end(each, TicketEnd::kCancelled, ErrorCode::kDestroyed);
    any = true;
  }
  if (any) return;
  std::size_t turns = std::erase_if(stored_.tickets, [&](const auto& each) {
    return each.is_history() && each.fifo == id;
  });
  if (turns == 0) stored_.destroyed.erase(id);
}

void Model::tick_fifos() {
  end_calls_due();
  end_joins_due();
  refuse_stranded();
  for (Id id : std::exchange(recheck_, {})) {
    ModelTicket* found = ticket(id);
    touched_.insert(id);
    bool away =
        found != nullptr && found->live() && found->hold && !held_open(id);
    if (away) recover_hold(*found, true);
  }
  for (auto it = lost_.begin(); it != lost_.end();) {
    if (it->second > now_) {
      ++it;
      continue;
    }
    gone_.insert(it->first);
    it = lost_.erase(it);
  }
  release_gone();
  kill_due();
  for (auto it = ask_again_.begin(); it != ask_again_.end();) {
    // The line that is asked may be erased; turns may mark others.
    auto [id, when] = *it++;
    ModelFifo* in = fifo(id);
    if (when <= now_ && in != nullptr) ask_line(*in);
  }
  expire_due();
  std::vector<Id> unused;
  for (const ModelFifo& each : stored_.fifos) {
    if (each.deadline && *each.deadline <= now_) unused.push_back(each.id);
  }
  for (Id id : unused) destroy(id);
  std::erase_if(stored_.tickets, [this](const ModelTicket& each) {
    return !each.live() && !each.is_history() && *each.deadline <= now_;
  });
  end_destroyed();
  if (!broken_.empty()) release_gone();
}

// A turn of hold without its caller, for no fault of that: it may come back.
void Model::recover_hold(ModelTicket& ticket, bool same_boot) {
  bool accepted = ticket.state == TicketState::kAccepted;
  const Process& process =
      accepted && ticket.command.pid != 0 ? ticket.command : ticket.owner;
  bool ended = process.pid != 0 &&
               (!same_boot || world_.look(process) == ProcessState::kEnded);
  if (ended) {
    if (!same_boot) ticket.command = Process{};
    gone_.insert(ticket.id);
  } else if (accepted && ticket.command.pid == 0 && !ticket.deadline) {
    ticket.deadline =
        now_ + std::max(ticket.timeouts.accept, kMinReattachGrace);
  }
}

std::optional<Instant> Model::next_fifo() const {
  std::optional<Instant> next;
  if (!stored_.destroyed.empty()) next = Instant();
  for (const Waiter& each : waiters_) next = sooner(next, each.limit);
  for (const Waiter& each : joiners_) next = sooner(next, each.limit);
  for (const ModelTicket& each : stored_.tickets) {
    if (!each.is_history()) next = sooner(next, each.deadline);
  }
  for (const ModelFifo& each : stored_.fifos) {
    next = sooner(next, each.deadline);
  }
  for (const auto& [id, when] : lost_) next = sooner(next, when);
  for (const auto& [id, ending] : preempting_.endings) {
    next = sooner(next, ending.kill_at);
  }
  for (const auto& [id, when] : ask_again_) next = sooner(next, when);
  return next;
}

std::optional<Id> Model::turn_without_end() const {
  for (const ModelTicket& each : stored_.tickets) {
    bool endless = each.state == TicketState::kAccepted && each.hold &&
                   !each.deadline && !held_open(each.id) &&
                   !lost_.contains(each.id) && !gone_.contains(each.id) &&
                   !recheck_.contains(each.id) &&
                   !stored_.destroyed.contains(each.fifo);
    if (!endless) continue;
    bool runs = each.command.pid != 0 &&
                world_.look(each.command) != ProcessState::kEnded;
    if (!runs) return each.id;
  }
  return std::nullopt;
}

}  // namespace syncq::sim
