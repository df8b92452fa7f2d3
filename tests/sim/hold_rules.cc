// Turns that are asked for by hold, and the processes that keep them.

#include <algorithm>
#include <csignal>
#include <utility>

#include "tests/sim/model.h"

namespace syncq::sim {
namespace {

using nlohmann::json;

Expected line(json json, Expected::Form form = Expected::Form::kLine) {
  Expected expected;
  expected.form = form;
  expected.json = std::move(json);
  return expected;
}

bool goes_with_preempt(const Ask& ask) {
  bool alone = ask.priority == 0 && ask.if_waiting == IfWaiting::kQueue &&
               !ask.settle && !ask.nowait;
  return !ask.preempt || alone;
}

// Names are those of a number of slots; a number may be of any names.
bool is_as_wanted(const ModelFifo& fifo, const Ask& ask) {
  if (ask.turn_rate && *ask.turn_rate != fifo.config.rate) return false;
  if (ask.slots && *ask.slots != fifo.config.slots) return false;
  return ask.slot_names.empty() || ask.slot_names == fifo.config.slot_names;
}

}  // namespace

// Named by its own number, so that the daemon sees what the caller sees.
Process Model::owner_of(const Ask& ask, ConnectionId caller) const {
  bool named = ask.pid != 0 && ask.pid == world_.pid_of(caller);
  return named ? world_.process(ask.pid) : Process{};
}

bool Model::hold(const Ask& ask, ConnectionId caller) {
  if (!world_.alive(caller) || !goes_with_preempt(ask)) {
    refuse(caller, ErrorCode::kBadRequest);
    return false;
  }
  const bool looks =
      ask.nowait || ask.preempt || ask.if_waiting != IfWaiting::kQueue;
  if (looks) release_gone();
  if (ask.chosen && (!ask.create || ticket(*ask.chosen) != nullptr)) {
    return reattach(ask, caller);
  }
  // A turn that can't be named any more gives its name away.
  std::erase_if(stored_.tickets,
                [&](const auto& each) { return each.id == ask.chosen; });
  ModelFifo* in = fifo(ask);
  if (in == nullptr && ask.create && ask.by_uuid == 0) {
    if (!may_take(ask, ask.slots.value_or(1), caller)) return false;
    create_fifo(ask);
    in = &stored_.fifos.back();
  } else if (in == nullptr) {
    refuse(caller, ErrorCode::kNotFound);
    return false;
  } else if (!is_as_wanted(*in, ask)) {
    refuse(caller, ErrorCode::kConflict);
    return false;
  }
  bool any = ask.wait_timeout || ask.accept_timeout || ask.done_timeout;
  bool overrides = ask.create
                       ? merged(in->config.timeouts, ask) != in->config.timeouts
                       : any;
  if (overrides && !in->config.allow_overrides) {
    refuse(caller, ErrorCode::kOverridesNotAllowed);
    return false;
  }
  if (!may_take(ask, in->config.slots, caller)) return false;
  bool free = has_room(*in, ask);
  if (!free && ask.nowait) {
    refuse(caller, ErrorCode::kStillWaiting);
    return false;
  }
  std::optional<Id> replaced;
  Instant first = now_;
  if (!free && !meet_waiting(*in, ask, caller, replaced, first)) return false;
  Id id = ask.chosen ? *ask.chosen : new_id();
  const int front = front_rank(*in);
  ModelTicket& made = new_ticket(*in, ask, id);
  if (ask.preempt && !free) made.rank = front;
  made.hold = true;
  made.owner = owner_of(ask, caller);
  if (ask.exec) made.command = made.owner;
  Waiter waiter{caller, id, true, free, true, std::nullopt, made.owner.pid};
  if (!free && ask.limit && *ask.limit != Duration::zero()) {
    waiter.limit = now_ + *ask.limit;
  }
  if (free) {
    take_slots(*in, made);
    accept(*in, made);
  }
  begin_settling(id, ask, first);
  if (ask.settle) promote(*in);
  if (!free && next_turn(*in) > now_) ask_by(in->id, next_turn(*in));
  settle(*in);
  waiters_.push_back(waiter);
  json told = json::object();
  if (ask.preempt && !free) {
    preempting_.waiting[id] = ask.preempt;
    told = clear_way(*in);
  }
  world_.say(caller, line({}, Expected::Form::kStream));
  told["event"] = "ticket";
  told["ticket"] = reference(id);
  told["place"] = free ? 0 : position(made);
  world_.say(caller, line(told));
  if (free) world_.say(caller, grant(made, true));
  touched_.insert(id);
  follow(replaced, id);
  return true;
}

ModelTicket* Model::live_hold(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = ticket_of(ask, caller);
  if (found == nullptr) return nullptr;
  if (found->live() && found->hold) return found;
  refuse(caller, found->live() ? ErrorCode::kConflict : code_of(found->end));
  return nullptr;
}

bool Model::reattach(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = live_hold(ask, caller);
  if (found == nullptr) return false;
  ModelFifo& in = *fifo(found->fifo);
  if (found->state == TicketState::kReady) {
    accept(in, *found);
    settle(in);
  }
  bool granted = found->state == TicketState::kAccepted;
  if (granted) found->deadline.reset();
  Waiter waiter{caller,
                found->id,
                true,
                granted,
                true,
                std::nullopt,
                owner_of(ask, caller).pid};
  if (!granted && ask.limit && *ask.limit != Duration::zero()) {
    waiter.limit = now_ + *ask.limit;
  }
  waiters_.push_back(waiter);
  json told = json::object();
  if (ask.preempt && !granted) {
    preempting_.waiting[found->id] = ask.preempt;
    told = clear_way(in);
  }
  world_.say(caller, line({}, Expected::Form::kStream));
  told["event"] = "ticket";
  told["ticket"] = reference(found->id);
  told["place"] = granted ? 0 : live(in) - held(in);
  world_.say(caller, line(told));
  if (granted) world_.say(caller, grant(*found, true));
  lost_.erase(found->id);
  touched_.insert(found->id);
  return true;
}

// A process that is the owner, or its child, keeps the turn from now on.
void Model::command(const Ask& ask, ConnectionId caller) {
  bool on_stream = ask.verb == Verb::kAnnounce;
  ModelTicket* found = nullptr;
  pid_t owner = 0;
  if (on_stream) {
    for (const Waiter& waiter : waiters_) {
      if (waiter.caller != caller) continue;
      found = ticket(waiter.ticket);
      owner = waiter.owner;
    }
  } else {
    found = live_hold(ask, caller);
    if (found == nullptr) return;
    bool same = found->owner.pid == world_.pid_of(caller);
    owner = same ? found->owner.pid : 0;
  }
  bool seen =
      owner != 0 && (ask.pid == owner || world_.parent_of(ask.pid) == owner);
  Process process = seen ? world_.process(ask.pid) : Process{};
  if (process.pid != 0 && found != nullptr && found->live()) {
    found->command = process;
    // Its caller is away: the process is all that keeps the turn.
    if (found->state == TicketState::kAccepted && !held_open(found->id)) {
      found->deadline.reset();
      touched_.insert(found->id);
      if (world_.look(process) == ProcessState::kEnded) gone_.insert(found->id);
    }
  }
  const char* lease = process.pid != 0 ? "process" : "connection";
  if (on_stream) {
    world_.say(caller, line({{"event", "command"}, {"lease", lease}}));
  } else {
    answer(caller, {{"pid", ask.pid}, {"lease", lease}});
  }
}

// Its process is sent a signal, or who keeps the turn told to do so.
void Model::kill(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = ticket_of(ask, caller);
  if (found == nullptr) return;
  if (!found->live()) return refuse(caller, code_of(found->end));
  if (found->state != TicketState::kAccepted) {
    return refuse(caller, ErrorCode::kConflict);
  }
  if (!send_signal(*found, SIGTERM)) {
    return refuse(caller, ErrorCode::kConflict);
  }
  answer(caller, {{"ticket", reference(found->id)}});
}

int Model::position(const ModelTicket& waiting) {
  std::vector<ModelTicket*> line = in_line(*fifo(waiting.fifo));
  return 1 + static_cast<int>(std::find(line.begin(), line.end(), &waiting) -
                              line.begin());
}

int Model::place_of(ConnectionId caller) {
  for (const Waiter& waiter : waiters_) {
    if (waiter.caller != caller || !waiter.hold || waiter.granted) continue;
    auto own = std::find_if(
        stored_.tickets.begin(), stored_.tickets.end(),
        [&](const ModelTicket& each) { return each.id == waiter.ticket; });
    bool waits = own != stored_.tickets.end() &&
                 own->state == TicketState::kWaiting &&
                 !stored_.destroyed.contains(own->fifo);
    if (!waits) return 0;
    return position(*own);
  }
  return 0;
}

}  // namespace syncq::sim
