// FIFOs and tickets.

#include <algorithm>

#include "tests/sim/model.h"

namespace syncq::sim {
namespace {

using nlohmann::json;

const char* state_name(TicketState state) {
  return state == TicketState::kWaiting ? "waiting"
         : state == TicketState::kReady ? "ready"
                                        : "accepted";
}

}  // namespace

// An ended ticket answers with how it ended.
ErrorCode Model::code_of(TicketEnd end) {
  switch (end) {
    case TicketEnd::kCancelled:
      return ErrorCode::kCancelled;
    case TicketEnd::kExpired:
      return ErrorCode::kExpired;
    case TicketEnd::kWaitTimeout:
      return ErrorCode::kWaitTimeout;
    case TicketEnd::kReplaced:
      return ErrorCode::kReplaced;
    default:
      return ErrorCode::kDone;
  }
}

Timeouts Model::merged(Timeouts timeouts, const Ask& ask) {
  timeouts.wait = ask.wait_timeout.value_or(timeouts.wait);
  timeouts.accept = ask.accept_timeout.value_or(timeouts.accept);
  timeouts.done = ask.done_timeout.value_or(timeouts.done);
  return timeouts;
}

ModelFifo* Model::fifo(const Ask& ask) {
  for (ModelFifo& each : stored_.fifos) {
    if (ask.by_uuid != 0 ? each.id == ask.by_uuid : each.name == ask.name) {
      return &each;
    }
  }
  return nullptr;
}

ModelFifo* Model::fifo(Id id) {
  for (ModelFifo& each : stored_.fifos) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

ModelTicket* Model::ticket(Id id) {
  for (ModelTicket& each : stored_.tickets) {
    bool forgotten = !each.live() && *each.deadline <= now_;
    if (each.id == id && !forgotten) return &each;
  }
  return nullptr;
}

ModelTicket* Model::ticket_of(const Ask& ask, ConnectionId caller) {
  ModelFifo* named = fifo(ask);
  Id id = ask.chosen.value_or(ask.ticket);
  ModelTicket* found = named == nullptr ? nullptr : ticket(id);
  if (found == nullptr) {
    refuse(caller, ErrorCode::kNotFound);
    return nullptr;
  }
  if (found->fifo == named->id) return found;
  refuse(caller, ErrorCode::kWrongFifo);
  return nullptr;
}

std::vector<ModelTicket*> Model::in_line(const ModelFifo& fifo) {
  std::vector<ModelTicket*> line;
  for (ModelTicket& each : stored_.tickets) {
    bool waits = each.fifo == fifo.id && each.state == TicketState::kWaiting;
    if (waits) line.push_back(&each);
  }
  std::stable_sort(line.begin(), line.end(),
                   [](auto* a, auto* b) { return a->rank < b->rank; });
  return line;
}

int Model::held(const ModelFifo& fifo) const {
  return static_cast<int>(std::count_if(
      stored_.tickets.begin(), stored_.tickets.end(),
      [&](const auto& each) { return each.fifo == fifo.id && each.held(); }));
}

int Model::live(const ModelFifo& fifo) const {
  return static_cast<int>(std::count_if(
      stored_.tickets.begin(), stored_.tickets.end(),
      [&](const auto& each) { return each.fifo == fifo.id && each.live(); }));
}

// --- what is asked ----------------------------------------------------------

bool Model::ask_fifo(const Ask& ask, ConnectionId caller) {
  ModelFifo* named = fifo(ask);
  switch (ask.verb) {
    case Verb::kFifoNew:
      if (!ask.name.empty() && named != nullptr) {
        refuse(caller, ErrorCode::kConflict);
      } else {
        answer(caller, {{"uuid", reference(create_fifo(ask))}});
      }
      return false;
    case Verb::kTicket: {
      if (named == nullptr) {
        refuse(caller, ErrorCode::kNotFound);
        return false;
      }
      bool overrides =
          ask.wait_timeout || ask.accept_timeout || ask.done_timeout;
      if (overrides && !named->config.allow_overrides) {
        refuse(caller, ErrorCode::kOverridesNotAllowed);
        return false;
      }
      if (!may_take(ask, named->config.slots, caller)) return false;
      std::optional<Id> replaced;
      Instant first = now_;
      bool meets =
          ask.if_waiting != IfWaiting::kQueue && !has_room(*named, ask);
      if (meets && !meet_waiting(*named, ask, caller, replaced, first)) {
        return false;
      }
      Id made = new_ticket(*named, ask, new_id()).id;
      begin_settling(made, ask, first);
      follow(replaced, made);
      answer(caller, {{"ticket", reference(made)}});
      promote(*named);
      settle(*named);
      return false;
    }
    case Verb::kWait:
      return wait(ask, caller);
    case Verb::kJoin:
      return join(ask, caller);
    case Verb::kDone:
      done(ask, caller);
      return false;
    case Verb::kTouch:
      touch(ask, caller);
      return false;
    case Verb::kHold:
      return hold(ask, caller);
    case Verb::kCommand:
    case Verb::kAnnounce:
      command(ask, caller);
      return false;
    case Verb::kFront:
      front(ask, caller);
      return false;
    case Verb::kCancel:
      cancel(ask, caller);
      return false;
    case Verb::kFifoKill:
      kill(ask, caller);
      return false;
    case Verb::kFifoSet:
    case Verb::kFifoPause:
    case Verb::kFifoResume:
      if (named == nullptr) {
        refuse(caller, ErrorCode::kNotFound);
        return false;
      }
      if (ask.verb != Verb::kFifoSet) {
        pause(*named, ask.verb == Verb::kFifoPause);
      } else if (auto why = set(*named, ask)) {
        refuse(caller, *why);
        return false;
      }
      answer(caller, json::object());
      return false;
    case Verb::kFifoShow:
      if (named == nullptr) {
        refuse(caller, ErrorCode::kNotFound);
      } else {
        show(*named, caller);
      }
      return false;
    case Verb::kFifoList:
      answer(caller, {{"count", {{"fifos", stored_.fifos.size()}}}});
      return false;
    default: {
      if (named != nullptr) destroy(named->id);
      Expected gone;
      gone.status = 204;
      world_.say(caller, gone);
      return false;
    }
  }
}

Id Model::create_fifo(const Ask& ask) {
  ModelFifo made;
  made.id = new_id();
  made.name = ask.name;
  made.config.timeouts = merged(made.config.timeouts, ask);
  made.config.unused_destroy =
      ask.unused_timeout.value_or(made.config.unused_destroy);
  made.config.allow_overrides = ask.overrides;
  made.config.slots = ask.slots.value_or(1);
  made.config.slot_names = ask.slot_names;
  made.config.rate = ask.turn_rate.value_or(Rate{});
  // A name that comes back goes on counting.
  made.fence = stored_.fence_floor;
  stored_.fifos.push_back(made);
  settle(stored_.fifos.back());
  return made.id;
}

ModelTicket& Model::new_ticket(const ModelFifo& fifo, const Ask& ask, Id id) {
  ModelTicket made;
  made.id = id;
  made.fifo = fifo.id;
  made.rank = -ask.priority;
  made.shared = ask.shared;
  made.take = ask.take;
  made.timeouts = merged(fifo.config.timeouts, ask);
  made.created = now_;
  if (made.timeouts.wait != Duration::zero()) {
    made.deadline = now_ + made.timeouts.wait;
  }
  return stored_.tickets.emplace_back(made);
}

bool Model::wait(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = ticket_of(ask, caller);
  if (found == nullptr) return false;
  if (!found->live()) {
    refuse(caller, code_of(found->end));
    return false;
  }
  if (found->state == TicketState::kReady && found->hold) {
    refuse(caller, ErrorCode::kConflict);
    return false;
  }
  if (found->state != TicketState::kAccepted && !world_.alive(caller)) {
    refuse(caller, ErrorCode::kBadRequest);
    return false;
  }
  if (found->state == TicketState::kWaiting) {
    Waiter waiter;
    waiter.caller = caller;
    waiter.ticket = found->id;
    if (ask.limit && *ask.limit != Duration::zero()) {
      waiter.limit = now_ + *ask.limit;
    }
    waiters_.push_back(waiter);
    return true;
  }
  if (found->state == TicketState::kReady) {
    accept(*fifo(found->fifo), *found);
    settle(*fifo(found->fifo));
  }
  world_.say(caller, grant(*found, false));
  return false;
}

void Model::done(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = ticket_of(ask, caller);
  if (found == nullptr) return;
  if (!found->live()) {
    bool fine =
        found->end == TicketEnd::kDone || found->end == TicketEnd::kCancelled;
    if (fine) return answer(caller, json::object());
    return refuse(caller, ErrorCode::kExpired);
  }
  bool accepted = found->state == TicketState::kAccepted;
  bool held_by_process = found->hold && accepted && found->command.pid != 0 &&
                         world_.look(found->command) != ProcessState::kEnded;
  if (held_by_process && !ask.force) {
    return refuse(caller, ErrorCode::kHeldByProcess);
  }
  end(*found, accepted ? TicketEnd::kDone : TicketEnd::kCancelled,
      accepted ? ErrorCode::kDone : ErrorCode::kCancelled);
  ModelFifo& of = *fifo(found->fifo);
  promote(of);
  settle(of);
  answer(caller, json::object());
}

void Model::touch(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = ticket_of(ask, caller);
  if (found == nullptr) return;
  if (!found->live()) return refuse(caller, code_of(found->end));
  if (found->state != TicketState::kAccepted) {
    return refuse(caller, ErrorCode::kConflict);
  }
  // A turn of hold has no done clock, but a time for its caller to come back.
  if (!found->hold && found->deadline) {
    found->deadline = now_ + found->timeouts.done;
  }
  answer(caller, json::object());
}

void Model::cancel(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = ticket_of(ask, caller);
  if (found == nullptr) return;
  if (found->state == TicketState::kAccepted) {
    return refuse(caller, ErrorCode::kConflict);
  }
  done(ask, caller);
}

// Refused if one that waits would wait for ever, or a slot have the name of
// another that is held.
std::optional<ErrorCode> Model::set(ModelFifo& fifo, const Ask& ask) {
  FifoConfig& config = fifo.config;
  for (const ModelTicket* each : in_line(fifo)) {
    if (each->take > ask.slots.value_or(config.slots)) {
      return ErrorCode::kTooFewSlots;
    }
  }
  for (const ModelTicket& each : stored_.tickets) {
    if (each.fifo != fifo.id || !each.held()) continue;
    for (std::size_t i = 0; i < each.slot_names.size(); ++i) {
      for (std::size_t to = 0; to < ask.slot_names.size(); ++to) {
        bool same = ask.slot_names[to] == each.slot_names[i];
        if (same && static_cast<int>(to) != each.slots[i]) {
          return ErrorCode::kConflict;
        }
      }
    }
  }
  config.timeouts = merged(config.timeouts, ask);
  config.unused_destroy = ask.unused_timeout.value_or(config.unused_destroy);
  config.rate = ask.turn_rate.value_or(config.rate);
  if (ask.slots) {
    config.slots = *ask.slots;
    config.slot_names = ask.slot_names;
  }
  promote(fifo);
  settle(fifo);
  return std::nullopt;
}

void Model::pause(ModelFifo& fifo, bool paused) {
  if (fifo.paused == paused) return;
  fifo.paused = paused;
  promote(fifo);
  settle(fifo);
}

void Model::show(const ModelFifo& fifo, ConnectionId caller) {
  json tickets = json::array();
  auto add = [&](const ModelTicket& each, int place) {
    tickets.push_back({{"ticket", reference(each.id)},
                       {"state", state_name(each.state)},
                       {"place", place},
                       {"attached", !callers_of(each.id).empty()}});
  };
  for (const ModelTicket& each : stored_.tickets) {
    if (each.fifo == fifo.id && each.held()) add(each, 0);
  }
  int place = 0;
  for (const ModelTicket* each : in_line(fifo)) add(*each, ++place);
  answer(caller,
         {{"fifo",
           {{"uuid", reference(fifo.id)},
            {"slots", fifo.config.slots},
            {"slot_names", fifo.config.slot_names},
            {"rate",
             fifo.config.rate ? json(format_rate(fifo.config.rate)) : json()},
            {"held", held(fifo)},
            {"waiting", place},
            {"paused", fifo.paused},
            {"fence", fifo.fence}}},
          {"tickets", tickets},
          {"count", {{"tickets", tickets.size()}}}});
}

}  // namespace syncq::sim
