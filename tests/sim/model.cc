// What a transaction and a daemon's life mean for both services.

#include "tests/sim/model.h"

#include <algorithm>
#include <utility>

#include "daemon/commit/nearest_deadline.h"
#include "daemon/fifo/fifo_engine.h"

namespace syncq::sim {

std::string reference(Id id) { return "$" + std::to_string(id); }

Expected refusal_of(ErrorCode code) {
  Expected expected;
  expected.status = error_status(code);
  expected.json = {{"error", error_name(code)}};
  return expected;
}

void Model::refuse(ConnectionId caller, ErrorCode code) {
  world_.say(caller, refusal_of(code));
}

void Model::answer(ConnectionId caller, nlohmann::json json) {
  Expected expected;
  expected.json = std::move(json);
  world_.say(caller, expected);
}

bool Model::ask(const Ask& ask, ConnectionId caller, Instant now) {
  now_ = now;
  if (ask.verb == Verb::kStatus) {
    answer(caller, census());
    return false;
  }
  if (ask.verb == Verb::kEvents) return listen(ask, caller);
  if (ask.verb == Verb::kOverview) {
    overview(ask, caller);
    return false;
  }
  return ask.verb < Verb::kPut ? ask_fifo(ask, caller) : ask_queue(ask, caller);
}

// What is counted of what can be asked for.
nlohmann::json Model::census() {
  int all_live = 0;
  int all_held = 0;
  for (const ModelFifo& each : stored_.fifos) {
    all_live += live(each);
    all_held += held(each);
  }
  std::size_t messages = 0;
  std::size_t in_memory = 0;
  std::int64_t leased = 0;
  for (const ModelQueue& each : stored_.queues) {
    messages += each.ready.size();
    leased +=
        std::count_if(each.hidden.begin(), each.hidden.end(),
                      [](const auto& hidden) { return hidden.lease != 0; });
    if (!each.config.ephemeral) continue;
    in_memory += each.ready.size() + each.hidden.size();
  }
  int by_connection = 0;
  for (const Waiter& each : waiters_) {
    ModelTicket* of = each.granted ? ticket(each.ticket) : nullptr;
    if (of == nullptr || of->command.pid != 0) continue;
    by_connection += 1 + static_cast<int>(each.others.size());
  }
  return {{"fifos", stored_.fifos.size()},
          {"live", all_live},
          {"held", all_held},
          {"queues", stored_.queues.size()},
          {"messages", messages},
          {"ephemeral_messages", in_memory},
          {"leased", leased},
          {"keys", stored_.keys.size()},
          {"parked", parked_fifo() + parked_queue()},
          {"connection_turns", by_connection}};
}

void Model::tick(Instant now) {
  now_ = now;
  tick_fifos();
  tick_queues();
}

bool Model::parked(ConnectionId caller) const {
  auto is_caller = [&](const auto& each) { return each.caller == caller; };
  return std::any_of(waiters_.begin(), waiters_.end(), is_caller) ||
         std::any_of(takers_.begin(), takers_.end(), is_caller) ||
         std::any_of(joiners_.begin(), joiners_.end(), is_caller);
}

void Model::commit() {
  committed_ = stored_;
  recovered_ = true;
  for (Waiter& each : waiters_) each.fresh = false;
  released_.clear();
  touched_.clear();
  followed_.clear();
  committed_settling_ = settling_;
  committed_preempting_ = preempting_;
  committed_ask_again_ = ask_again_;
  committed_last_turn_ = last_turn_;
  stopped_settling_.clear();
}

// All that was stored is as it was. Who has parked for a turn of hold, or was
// told anything, has to begin again; other waiters stay, if there is still what
// they wait for.
void Model::abort() {
  stored_ = committed_;
  preempting_ = committed_preempting_;
  last_turn_ = committed_last_turn_;
  // Who has asked anew has, whatever became of it.
  settling_.merge(stopped_settling_);
  stopped_settling_.clear();
  std::erase_if(settling_, [this](const auto& each) {
    return !committed_settling_.contains(each.first);
  });
  std::erase_if(waiters_,
                [](const Waiter& each) { return each.hold && each.fresh; });
  auto strand = [this](const Waiter& each) {
    bool there = std::any_of(
        stored_.tickets.begin(), stored_.tickets.end(),
        [&](const ModelTicket& ticket) { return ticket.id == each.ticket; });
    if (!there) stranded_.push_back(each.caller);
    return !there;
  };
  std::erase_if(waiters_, strand);
  for (; !followed_.empty(); followed_.pop_back()) {
    move_joiners(followed_.back().second, followed_.back().first);
  }
  std::erase_if(joiners_, strand);
  broken_.clear();
  gone_.merge(released_);
  recheck_.merge(touched_);
  released_.clear();
  touched_.clear();
  ask_again_.merge(committed_ask_again_);
  const auto asked = std::exchange(ask_again_, {});
  ask_lines();
  // The signals of what is undone were sent, and are again.
  for (const auto& [id, when] : asked) {
    ModelFifo* in = fifo(id);
    std::vector<ModelTicket*> line;
    if (in != nullptr) line = in_line(*in);
    bool ends = !line.empty() && preempting_.waiting.contains(line[0]->id);
    if (ends) ask_again_[id] = Instant();
  }
  committed_ask_again_ = ask_again_;
  for (const Taker& each : takers_) fresh_.insert(each.queue);
  if (!recovered_) recover(now_, true);
}

void Model::refuse_stranded() {
  for (ConnectionId each : std::exchange(stranded_, {})) {
    refuse(each, ErrorCode::kStoreFailed);
  }
}

// A line whose first could have a turn is asked at once.
void Model::ask_lines() {
  for (const ModelFifo& each : stored_.fifos) {
    std::vector<ModelTicket*> line = in_line(each);
    if (line.empty()) continue;
    const ModelTicket& first = *line.front();
    if (!admits(each, first.shared, first.take)) continue;
    ask_again_[each.id] = Instant();
  }
}

void Model::dismiss() {
  for (const Waiter& each : std::exchange(waiters_, {})) {
    Expected expected = refusal_of(ErrorCode::kShuttingDown);
    if (each.hold) {
      expected.form = Expected::Form::kLastLine;
      expected.json["event"] = "ended";
    }
    world_.say(each.caller, expected);
  }
  for (const Waiter& each : std::exchange(joiners_, {})) {
    refuse(each.caller, ErrorCode::kShuttingDown);
  }
  for (const Taker& each : std::exchange(takers_, {})) {
    refuse(each.caller, ErrorCode::kShuttingDown);
  }
  for (const Listener& each : std::exchange(listeners_, {})) {
    Expected expected = refusal_of(ErrorCode::kShuttingDown);
    expected.form = Expected::Form::kLastLine;
    expected.json["event"] = "ended";
    world_.say(each.caller, expected);
  }
}

void Model::restart(Stored kept) {
  stored_ = std::move(kept);
  std::erase_if(stored_.queues,
                [](const ModelQueue& each) { return each.config.ephemeral; });
  std::erase_if(stored_.keys,
                [](const ModelKey& each) { return each.ephemeral; });
  waiters_.clear();
  joiners_.clear();
  followed_.clear();
  settling_.clear();
  committed_settling_.clear();
  preempting_ = committed_preempting_ = {};
  committed_ask_again_.clear();
  last_turn_ = committed_last_turn_ = {};
  stopped_settling_.clear();
  takers_.clear();
  last_given_.clear();
  next_given_.clear();
  listeners_.clear();
  gone_.clear();
  broken_.clear();
  lost_.clear();
  ask_again_.clear();
  released_.clear();
  touched_.clear();
  recheck_.clear();
  fresh_.clear();
  stranded_.clear();
  last_ephemeral_ = 0;
  recovered_ = false;
  committed_ = stored_;
}

// Of the first transaction; if that is undone, it is done once more. Nobody is
// late because the daemon was down, and fences grow even if the last
// grants were lost with the power.
void Model::recover(Instant now, bool same_boot) {
  now_ = now;
  constexpr std::int64_t kFenceGap = 1'000'000;
  for (ModelFifo& each : stored_.fifos) {
    if (!same_boot) each.fence += kFenceGap;
    if (each.deadline) {
      each.deadline = std::max(*each.deadline, now + kMinReattachGrace);
    }
  }
  for (ModelTicket& each : stored_.tickets) {
    if (!each.live() || !each.deadline) continue;
    Duration grace = each.timeouts.accept == Duration::zero()
                         ? kMinReattachGrace
                         : each.timeouts.accept;
    each.deadline = std::max(*each.deadline, now + grace);
  }
  ask_lines();
  stored_.destroyed.clear();
  for (const ModelTicket& each : stored_.tickets) {
    if (each.live() && fifo(each.fifo) == nullptr) {
      stored_.destroyed.insert(each.fifo);
    }
  }
  for (ModelTicket& each : stored_.tickets) {
    if (each.live() && each.hold) recover_hold(each, same_boot);
  }
  for (ModelQueue& queue : stored_.queues) {
    for (ModelHidden& each : queue.hidden) {
      if (each.lease != 0) each.until = std::max(each.until, now + kLeastLease);
    }
  }
  if (!same_boot) commit();
}

}  // namespace syncq::sim
