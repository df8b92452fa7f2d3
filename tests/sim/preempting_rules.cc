// Turns that are ended for one who comes later.

#include <algorithm>
#include <csignal>

#include "common/signal_names.h"
#include "daemon/commit/nearest_deadline.h"
#include "tests/sim/model.h"

namespace syncq::sim {

using nlohmann::json;

namespace {

std::optional<Instant> kill_time(const Preempt& how, Instant now) {
  if (how.signal == SIGKILL || how.grace == Duration::zero()) return {};
  return now + how.grace;
}

// The youngest first; shared ones are as old as the oldest of them.
void sort_by_age(std::vector<const ModelTicket*>& turns) {
  auto since = [all = turns](const ModelTicket* turn) {
    std::int64_t oldest = turn->fence;
    for (const ModelTicket* other : all) {
      if (turn->shared && other->shared)
        oldest = std::min(oldest, other->fence);
    }
    return oldest;
  };
  std::stable_sort(turns.begin(), turns.end(),
                   [&](auto* a, auto* b) { return since(a) > since(b); });
}

}  // namespace

// To the process of a turn; a caller of hold whose process is not seen is told.
bool Model::send_signal(const ModelTicket& turn, int number) {
  const Process& process = turn.command.pid != 0 ? turn.command : turn.owner;
  if (process.pid != 0) {
    if (world_.look(process) == ProcessState::kEnded) return false;
    signals_.emplace_back(process.pid, number);
    return true;
  }
  bool sent = false;
  for (const Waiter& each : waiters_) {
    if (!each.hold || !each.is_of(turn.id)) continue;
    Expected line;
    line.form = Expected::Form::kLine;
    line.json = {{"event", "signal"}, {"signal", signal_name(number)}};
    world_.say(each.caller, line);
    sent = true;
  }
  return sent;
}

// Before all who wait now, and all who come with any priority.
int Model::front_rank(const ModelFifo& fifo) {
  int first = -kMostPriority;
  for (const ModelTicket* each : in_line(fifo)) {
    first = std::min(first, each->rank);
  }
  return first - 1;
}

// It waits no more, or its turn has ended. If nobody waits any more for the
// ends of turns, those are forgotten.
void Model::stop_preempting(const ModelTicket& ticket) {
  preempting_.endings.erase(ticket.id);
  preempting_.waiting.erase(ticket.id);
  auto in_fifo = [&](const auto& each) {
    return std::any_of(stored_.tickets.begin(), stored_.tickets.end(),
                       [&](const ModelTicket& other) {
                         return other.id == each.first &&
                                other.fifo == ticket.fifo;
                       });
  };
  bool any = std::any_of(preempting_.waiting.begin(), preempting_.waiting.end(),
                         in_fifo);
  if (!any) std::erase_if(preempting_.endings, in_fifo);
}

bool Model::has_live_caller(Id ticket) const {
  std::vector<ConnectionId> callers = callers_of(ticket);
  return held_open(ticket) &&
         std::any_of(callers.begin(), callers.end(), world_.alive);
}

json Model::clear_way(const ModelFifo& fifo) {
  json told = {{"preempted", json::array()}, {"not_preempted", 0}};
  std::vector<ModelTicket*> line = in_line(fifo);
  if (line.empty() || !preempting_.waiting.contains(line[0]->id)) return told;
  const ModelTicket& first = *line[0];
  const Preempt how = preempting_.waiting[first.id];
  if (fifo.paused || !has_live_caller(first.id)) return told;
  std::set<Id> ended;
  auto in_way = [&] { return !admits(fifo, first.shared, first.take, ended); };
  if (!in_way()) return told;
  if (next_turn(fifo) > now_) {
    ask_by(fifo.id, next_turn(fifo));
    return told;
  }
  auto tell = [&](const ModelTicket& turn) {
    told["preempted"].push_back({{"ticket", reference(turn.id)}});
  };
  std::vector<const ModelTicket*> turns;
  std::set<Id> since;  // that had no turn yet when it came
  bool later = false;
  for (const ModelTicket& each : stored_.tickets) {
    later |= each.id == first.id;
    if (each.fifo != fifo.id || !each.held()) continue;
    bool had = each.state == TicketState::kAccepted && !later &&
               each.granted <= first.created;
    if (!had) since.insert(each.id);
    auto ending = preempting_.endings.find(each.id);
    if (ending == preempting_.endings.end()) {
      turns.push_back(&each);
      continue;
    }
    if (in_way()) {
      Ending& it = ending->second;
      if (!preempting_.waiting.contains(it.kill_by)) it.kill_at.reset();
      auto kill_at = kill_time(how, now_);
      if (!it.killed && kill_at && (!it.kill_at || *kill_at < *it.kill_at)) {
        it.kill_at = kill_at;
        it.kill_by = first.id;
      }
      tell(each);
    }
    ended.insert(each.id);
  }
  sort_by_age(turns);
  std::set<Id> needed = ended;
  for (const ModelTicket* each : turns) {
    if (admits(fifo, first.shared, first.take, needed)) break;
    if (!since.contains(each->id)) needed.insert(each->id);
  }
  for (const ModelTicket* each : turns) {
    if (needed.erase(each->id) == 0) continue;
    if (!admits(fifo, first.shared, first.take, needed)) {
      needed.insert(each->id);
    }
  }
  std::stable_partition(turns.begin(), turns.end(), [&](const auto* each) {
    return needed.contains(each->id);
  });
  for (const ModelTicket* each : turns) {
    if (!in_way()) break;
    if (since.contains(each->id)) continue;
    const Process& process =
        each->command.pid != 0 ? each->command : each->owner;
    ProcessState state =
        process.pid == 0 ? ProcessState::kRunning : world_.look(process);
    if (send_signal(*each, how.signal)) {
      if (state == ProcessState::kStopped) {
        signals_.emplace_back(process.pid, SIGCONT);
      }
      preempting_.endings[each->id] = {kill_time(how, now_), first.id,
                                       how.signal == SIGKILL};
      tell(*each);
    } else if (state != ProcessState::kEnded) {
      continue;
    }
    ended.insert(each->id);
  }
  if (in_way()) {
    told["not_preempted"] = held(fifo) - static_cast<int>(ended.size());
  }
  return told;
}

void Model::kill_due() {
  for (auto& [id, ending] : preempting_.endings) {
    if (!ending.kill_at || *ending.kill_at > now_) continue;
    ending.kill_at.reset();
    const ModelTicket* turn = ticket(id);
    const ModelFifo* in = fifo(turn->fifo);
    bool wanted = in != nullptr && !in->paused &&
                  preempting_.waiting.contains(ending.kill_by) &&
                  has_live_caller(ending.kill_by);
    ending.killed = wanted && send_signal(*turn, SIGKILL);
  }
}

}  // namespace syncq::sim
