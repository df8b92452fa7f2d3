// What is in a queue, shown without taking it.

#include <algorithm>

#include "tests/sim/model.h"

namespace syncq::sim {
namespace {

using nlohmann::json;

std::int64_t milliseconds(Duration time) {
  return std::max(time, Duration()) / std::chrono::milliseconds(1);
}

json describe(const ModelQueue& queue, const ModelMessage& message,
              Instant now) {
  json shown = {{"id", std::to_string(queue.generation) + "-" +
                           std::to_string(message.place)},
                {"age_ms", milliseconds(now - message.pushed)},
                {"attempts", message.attempts},
                {"size", message.body.size()},
                {"text", message.body}};
  shown["group"] = nullptr;
  if (!message.group.empty()) shown["group"] = message.group;
  shown["dead"] = nullptr;
  if (!message.dead_from.empty()) {
    shown["dead"] = {{"from", message.dead_from}};
  }
  return shown;
}

}  // namespace

void Model::list(const Ask& ask, ConnectionId caller, const ModelQueue& queue) {
  json shown = json::array();
  auto full = [&] {
    return shown.size() == static_cast<std::size_t>(ask.most);
  };
  bool all = ask.state == MessageState::kReady;
  auto index = static_cast<std::size_t>(ask.index);
  if (all || ask.state == MessageState::kDead) {
    for (; index < queue.ready.size() && !full(); ++index) {
      const ModelMessage& each = queue.ready[index];
      if (each.expired(now_) || (!all && each.dead_from.empty())) continue;
      shown.push_back(describe(queue, each, now_));
      shown.back()["index"] = index;
    }
    return answer(caller, {{"messages", shown}});
  }
  std::vector<ModelHidden> hidden = queue.hidden;
  std::erase_if(hidden, [&](const ModelHidden& each) {
    bool blocked = ask.state == MessageState::kBlocked;
    bool leased = ask.state == MessageState::kLeased;
    return each.blocked != blocked || (each.lease != 0) != leased;
  });
  std::sort(hidden.begin(), hidden.end(), [](const auto& a, const auto& b) {
    return a.message.place < b.message.place;
  });
  for (; index < hidden.size() && !full(); ++index) {
    const ModelHidden& each = hidden[index];
    shown.push_back(describe(queue, each.message, now_));
    shown.back()["index"] = nullptr;
    shown.back()["due_ms"] = nullptr;
    if (!each.blocked) {
      shown.back()["due_ms"] = milliseconds(each.until - now_);
    }
    shown.back()["lease"] = nullptr;
    if (each.lease != 0) shown.back()["lease"] = reference(each.lease);
  }
  answer(caller, {{"messages", shown}});
}

void Model::remove(const Ask& ask, ConnectionId caller, ModelQueue& queue) {
  if (ask.generation != queue.generation) {
    return refuse(caller, ErrorCode::kEmpty);
  }
  std::optional<ModelMessage> gone;
  Id lease = 0;
  for (const ModelMessage& each : queue.ready) {
    if (each.place == ask.index) gone = each;
  }
  for (const ModelHidden& each : queue.hidden) {
    if (each.message.place != ask.index) continue;
    gone = each.message;
    lease = each.lease;
  }
  if (!gone) return refuse(caller, ErrorCode::kEmpty);
  std::erase_if(queue.ready, [&](const ModelMessage& each) {
    return each.place == ask.index;
  });
  std::erase_if(queue.hidden, [&](const ModelHidden& each) {
    return each.message.place == ask.index;
  });
  unblock(queue, *gone);
  end_lease(queue, lease);
  Expected done;
  done.status = 204;
  world_.say(caller, done);
}

}  // namespace syncq::sim
