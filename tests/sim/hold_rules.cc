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

// Of a FIFO that is there: why a caller of hold can't have it.
std::optional<ErrorCode> Model::refusal(const ModelFifo& fifo,
                                        const Ask& ask) const {
  if (!is_as_wanted(fifo, ask)) return ErrorCode::kConflict;
  bool any = ask.wait_timeout || ask.accept_timeout || ask.done_timeout;
  const Timeouts& own = fifo.config.timeouts;
  bool overrides = ask.create ? merged(own, ask) != own : any;
  if (overrides && !fifo.config.allow_overrides) {
    return ErrorCode::kOverridesNotAllowed;
  }
  return std::nullopt;
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
  if (!ask.more.empty()) return hold_several(ask, caller);
  ModelFifo* in = fifo(ask);
  if (in == nullptr && ask.create && ask.by_uuid == 0) {
    if (!may_take(ask, ask.slots.value_or(1), caller)) return false;
    create_fifo(ask);
    in = &stored_.fifos.back();
  } else if (in == nullptr) {
    refuse(caller, ErrorCode::kNotFound);
    return false;
  }
  if (auto why = refusal(*in, ask)) {
    refuse(caller, *why);
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
  const bool ahead = !free && (ask.preempt || is_waited_for(*in, ask));
  const int front = front_rank(*in);
  ModelTicket& made = new_ticket(*in, ask, id);
  if (ahead) made.rank = front;
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
  if (ahead) ask_by(in->id, now_);
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
  if (found->lead != 0 && found->lead != found->id) {
    refuse(caller, ErrorCode::kConflict);
    return false;
  }
  Waiter waiter{caller,
                found->id,
                true,
                false,
                true,
                std::nullopt,
                owner_of(ask, caller).pid};
  json told = {{"event", "ticket"}};
  for (ModelTicket* each : group(*found)) {
    ModelFifo* in = fifo(each->fifo);
    if (in == nullptr) continue;
    take_back(*each);
    waiter.granted = each->state == TicketState::kAccepted;
    std::int64_t place = waiter.granted ? 0 : live(*in) - held(*in);
    json one = {{"ticket", reference(each->id)}, {"place", place}};
    if (each == found) {
      told.update(one);
    } else {
      told["others"].push_back(one);
      waiter.others.push_back(each->id);
    }
    lost_.erase(each->id);
    touched_.insert(each->id);
  }
  if (!waiter.granted && ask.limit && *ask.limit != Duration::zero()) {
    waiter.limit = now_ + *ask.limit;
  }
  if (ask.preempt && found->lead == 0 && !waiter.granted) {
    waiters_.push_back(waiter);
    preempting_.waiting[found->id] = ask.preempt;
    told.update(clear_way(*fifo(found->fifo)));
    waiters_.pop_back();
  }
  world_.say(caller, line({}, Expected::Form::kStream));
  world_.say(caller, line(told));
  if (waiter.granted) world_.say(caller, grant(*found, true));
  waiters_.push_back(waiter);
  return true;
}

// Its caller has come back.
void Model::take_back(ModelTicket& ticket) {
  ModelFifo& in = *fifo(ticket.fifo);
  if (ticket.state == TicketState::kReady) {
    accept(in, ticket);
    settle(in);
  }
  if (ticket.state == TicketState::kAccepted) ticket.deadline.reset();
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
    for (ModelTicket* each : group(*found)) {
      each->command = process;
      // Its caller is away: the process is all that keeps the turn.
      if (each->state != TicketState::kAccepted || held_open(each->id))
        continue;
      each->deadline.reset();
      touched_.insert(each->id);
      if (world_.look(process) == ProcessState::kEnded) gone_.insert(each->id);
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

std::map<std::string, int> Model::places_of(ConnectionId caller) {
  std::map<std::string, int> places;
  for (const Waiter& waiter : waiters_) {
    if (waiter.caller != caller || !waiter.hold || waiter.granted) continue;
    for (const ModelTicket& each : stored_.tickets) {
      bool waits = waiter.is_of(each.id) && each.state == TicketState::kWaiting;
      ModelFifo* in = waits ? fifo(each.fifo) : nullptr;
      if (in == nullptr) continue;
      std::string called = in->name.empty() ? reference(in->id) : in->name;
      places[each.lead == 0 ? "" : called] = position(each);
    }
  }
  return places;
}

}  // namespace syncq::sim
