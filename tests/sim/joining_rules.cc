// What a newcomer does about those who wait already, and who waits for the end
// of another's ticket.

#include <algorithm>

#include "daemon/fifo/fifo_engine.h"
#include "tests/sim/model.h"

namespace syncq::sim {

bool Model::meet_waiting(ModelFifo& fifo, const Ask& ask, ConnectionId caller,
                         std::optional<Id>& replaced, Instant& first) {
  if (ask.if_waiting == IfWaiting::kQueue) return true;
  std::vector<ModelTicket*> line = in_line(fifo);
  while (!line.empty() && leave_if_alone(*line.back())) {
    settle(fifo);
    line.pop_back();
  }
  if (line.empty()) return true;
  auto settling = settling_.find(line.back()->id);
  if (ask.if_waiting == IfWaiting::kSkip) {
    if (settling != settling_.end()) postpone(settling->second);
    Expected refused = refusal_of(ErrorCode::kAlreadyWaiting);
    refused.json["ticket"] = reference(line.back()->id);
    world_.say(caller, refused);
    return false;
  }
  if (line.back()->group != 0) return true;
  replaced = line.back()->id;
  if (settling != settling_.end()) first = settling->second.first;
  end(*line.back(), TicketEnd::kReplaced, ErrorCode::kReplaced);
  return true;
}

void Model::begin_settling(Id id, const Ask& ask, Instant first) {
  if (!ask.settle) return;
  Settling settling{now_, *ask.settle, first, ask.at_most};
  postpone(settling);
  settling_[id] = settling;
}

void Model::postpone(Settling& settling) {
  settling.until = now_ + settling.settle;
  std::optional<Duration> most = settling.at_most;
  if (most && *most != Duration::zero()) {
    settling.until = std::min(settling.until, settling.first + *most);
  }
}

void Model::stop_settling(Id id) {
  auto node = settling_.extract(id);
  if (node) stopped_settling_.insert_or_assign(id, node.mapped());
}

void Model::follow(std::optional<Id> replaced, Id by) {
  if (!replaced) return;
  move_joiners(*replaced, by);
  followed_.emplace_back(*replaced, by);
}

void Model::move_joiners(Id from, Id to) {
  for (Waiter& each : joiners_) {
    if (each.ticket == from) each.ticket = to;
  }
}

bool Model::join(const Ask& ask, ConnectionId caller) {
  ModelTicket* found = ticket_of(ask, caller);
  if (found == nullptr) return false;
  if (!found->live()) {
    answer(caller, {{"end", end_name(found->end)}});
    return false;
  }
  if (!world_.alive(caller)) {
    refuse(caller, ErrorCode::kBadRequest);
    return false;
  }
  Waiter joiner;
  joiner.caller = caller;
  joiner.ticket = found->id;
  if (ask.limit && *ask.limit != Duration::zero()) {
    joiner.limit = now_ + *ask.limit;
  }
  joiners_.push_back(joiner);
  return true;
}

void Model::tell_joiners(const ModelTicket& ticket) {
  std::erase_if(joiners_, [&](const Waiter& each) {
    if (each.ticket != ticket.id) return false;
    answer(each.caller, {{"end", end_name(ticket.end)}});
    return true;
  });
}

void Model::end_joins_due() {
  std::erase_if(joiners_, [&](const Waiter& each) {
    if (!each.limit || *each.limit > now_) return false;
    refuse(each.caller, ErrorCode::kStillWaiting);
    return true;
  });
}

}  // namespace syncq::sim
