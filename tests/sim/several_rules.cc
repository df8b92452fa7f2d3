// Turns in several FIFOs at once: all of them, or none; and who goes to the
// front of all its lines.

#include <algorithm>

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

}  // namespace

// Those that live of the tickets drawn together, in order; of one that was
// drawn alone, itself.
std::vector<ModelTicket*> Model::group(const ModelTicket& ticket) {
  std::vector<ModelTicket*> all;
  for (ModelTicket& each : stored_.tickets) {
    bool with = each.id == ticket.id ||
                (ticket.group != 0 && each.group == ticket.group);
    if (with && each.live()) all.push_back(&each);
  }
  return all;
}

// One that is in line, or would come as it is asked for: only those before it
// that are stopped are passed.
bool Model::is_next(ModelFifo& fifo, const ModelTicket* ticket, const Ask& as) {
  if (!admits(fifo, as.shared, as.take) || next_turn(fifo) > now_) return false;
  for (const ModelTicket* each : in_line(fifo)) {
    if (each == ticket) return true;
    if (ticket == nullptr && each->rank > -as.priority) return true;
    auto settling = settling_.find(each->id);
    bool passed =
        admits(fifo, each->shared, each->take) &&
        (settling == settling_.end() || settling->second.until <= now_) &&
        is_stopped(*each);
    if (!passed) return false;
  }
  return true;
}

// In each of its lines.
bool Model::are_next(const ModelTicket& ticket) {
  for (ModelTicket* each : group(ticket)) {
    Ask as;
    as.shared = each->shared;
    as.take = each->take;
    ModelFifo* in = fifo(each->fifo);
    bool next = in != nullptr && !broken_.contains(each->id) &&
                (each->id == ticket.id || is_next(*in, each, as));
    if (!next) return false;
  }
  return true;
}

std::optional<Id> Model::forgotten_group() {
  for (ModelTicket& each : stored_.tickets) {
    bool waits = each.lead != 0 && each.lead == each.id &&
                 each.state == TicketState::kWaiting && !is_stopped(each);
    if (!waits) continue;
    Ask as;
    as.shared = each.shared;
    as.take = each.take;
    ModelFifo* in = fifo(each.fifo);
    if (in == nullptr || !is_next(*in, &each, as) || !are_next(each)) continue;
    auto all = group(each);
    bool asked = std::any_of(all.begin(), all.end(), [&](const auto* member) {
      return ask_again_.contains(member->fifo);
    });
    if (!asked) return each.id;
  }
  return std::nullopt;
}

// One waits for this FIFO and for one in which the caller has its turn.
bool Model::is_waited_for(const ModelFifo& in, const Ask& ask) {
  for (Id id : ask.inside) {
    const ModelTicket* turn = ticket(id);
    if (turn == nullptr || turn->state != TicketState::kAccepted) continue;
    for (const ModelTicket* waits : in_line(in)) {
      for (const ModelTicket* each : group(*waits)) {
        if (waits->group != 0 && each->fifo == turn->fifo) return true;
      }
    }
  }
  return false;
}

// Nothing is made before it is known that nothing is refused.
bool Model::hold_several(const Ask& ask, ConnectionId caller) {
  auto refuse_it = [&](ErrorCode code) {
    refuse(caller, code);
    return false;
  };
  if (ask.if_waiting != IfWaiting::kQueue || ask.settle || ask.preempt) {
    return refuse_it(ErrorCode::kBadRequest);
  }
  struct Named {
    Ask ask;
    Id fifo = 0;  // 0: to be made
  };
  std::vector<Named> all;
  for (std::size_t i = 0; i <= ask.more.size(); ++i) {
    Named named{ask, 0};
    if (i > 0) {
      named.ask.by_uuid = 0;
      named.ask.name = ask.more[i - 1];
    }
    ModelFifo* in = fifo(named.ask);
    bool makes = in == nullptr && ask.create && named.ask.by_uuid == 0;
    if (in == nullptr && !makes) return refuse_it(ErrorCode::kNotFound);
    if (in != nullptr) {
      if (auto why = refusal(*in, ask)) return refuse_it(*why);
      named.fifo = in->id;
    }
    int slots = in != nullptr ? in->config.slots : ask.slots.value_or(1);
    if (!may_take(ask, slots, caller)) return false;
    for (const Named& each : all) {
      bool same = makes ? each.fifo == 0 && each.ask.name == named.ask.name
                        : each.fifo == named.fifo;
      if (same) return refuse_it(ErrorCode::kBadRequest);
    }
    all.push_back(named);
  }
  bool free = true;
  for (const Named& each : all) {
    free = free && (each.fifo == 0 || has_room(*fifo(each.fifo), ask));
  }
  for (const Named& each : all) {
    free = free && (each.fifo == 0 || is_next(*fifo(each.fifo), nullptr, ask));
  }
  if (!free && ask.nowait) return refuse_it(ErrorCode::kStillWaiting);
  Waiter waiter;
  waiter.caller = caller;
  waiter.hold = waiter.fresh = true;
  waiter.granted = free;
  waiter.owner = owner_of(ask, caller).pid;
  if (!free && ask.limit && *ask.limit != Duration::zero()) {
    waiter.limit = now_ + *ask.limit;
  }
  bool ahead = false;
  int front = 0;
  for (const Named& each : all) {
    if (free || each.fifo == 0) continue;
    ahead |= is_waited_for(*fifo(each.fifo), ask);
    front = std::min(front, front_rank(*fifo(each.fifo)));
  }
  json told = {{"event", "ticket"}};
  const int group = new_id();
  for (const Named& each : all) {
    Id in = each.fifo != 0 ? each.fifo : create_fifo(each.ask);
    bool first = waiter.ticket == 0;
    Id id = first && ask.chosen ? *ask.chosen : new_id();
    ModelTicket& made = new_ticket(*fifo(in), ask, id);
    made.group = group;
    if (ahead) made.rank = front;
    made.lead = first ? id : waiter.ticket;
    made.hold = true;
    made.owner = owner_of(ask, caller);
    if (ask.exec) made.command = made.owner;
    if (free) {
      take_slots(*fifo(in), made);
      accept(*fifo(in), made);
    } else {
      // It stands in front perhaps, and may stop.
      ask_again_.try_emplace(in, now_);
    }
    settle(*fifo(in));
    touched_.insert(id);
    json one = {{"ticket", reference(id)},
                {"place", free ? 0 : position(made)}};
    if (first) {
      told.update(one);
      waiter.ticket = id;
    } else {
      told["others"].push_back(one);
      waiter.others.push_back(id);
    }
  }
  world_.say(caller, line({}, Expected::Form::kStream));
  world_.say(caller, line(told));
  if (free) world_.say(caller, grant(*ticket(waiter.ticket), true));
  waiters_.push_back(waiter);
  return true;
}

// Before all who wait now, and all who come with any priority.
void Model::front(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = ticket_of(ask, caller);
  if (found == nullptr) return;
  if (!found->live()) return refuse(caller, code_of(found->end));
  if (found->state != TicketState::kWaiting) {
    return refuse(caller, ErrorCode::kConflict);
  }
  ModelFifo& in = *fifo(found->fifo);
  stop_settling(found->id);
  int rank = -kMostPriority;
  bool all_first = true;
  std::vector<ModelTicket*> moved = group(*found);
  for (ModelTicket* each : moved) {
    // Also of a FIFO that is destroyed.
    ModelFifo line;
    line.id = each->fifo;
    ModelTicket* first = in_line(line).front();
    rank = std::min(rank, first->rank);
    all_first &= first == each && each->rank < -kMostPriority;
  }
  if (!all_first) {
    for (ModelTicket* each : moved) {
      each->rank = rank - 1;
      if (fifo(each->fifo) != nullptr) ask_again_[each->fifo] = now_;
    }
    promote(in);
    settle(in);
  }
  answer(caller, json::object());
}

}  // namespace syncq::sim
