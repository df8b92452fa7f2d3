// Messages of a group go one after the other.

#include <algorithm>
#include <utility>

#include "tests/sim/model.h"

namespace syncq::sim {

void Model::append(ModelQueue& queue, ModelMessage message,
                   std::optional<Instant> due) {
  message.place = queue.next_place++;
  auto is_of_group = [&](const ModelMessage& each) {
    return each.group == message.group && each.dead_from.empty();
  };
  bool blocked =
      !message.group.empty() &&
      (std::any_of(queue.ready.begin(), queue.ready.end(), is_of_group) ||
       std::any_of(
           queue.hidden.begin(), queue.hidden.end(),
           [&](const auto& each) { return is_of_group(each.message); }));
  if (blocked || due) {
    queue.hidden.push_back({message, 0, due.value_or(Instant()), blocked});
  } else {
    reinsert(queue, message);
  }
}

// The first of those that are left is blocked no more, if it was.
void Model::unblock(ModelQueue& queue, const ModelMessage& gone) {
  if (gone.group.empty() || !gone.dead_from.empty()) return;
  for (const ModelMessage& each : queue.ready) {
    if (each.group == gone.group && each.dead_from.empty()) return;
  }
  auto next = queue.hidden.end();
  for (auto each = queue.hidden.begin(); each != queue.hidden.end(); ++each) {
    if (each->message.group != gone.group || !each->message.dead_from.empty()) {
      continue;
    }
    // One in front is there still.
    if (each->message.place < gone.place) return;
    bool first =
        next == queue.hidden.end() || each->message.place < next->message.place;
    if (first) next = each;
  }
  if (next == queue.hidden.end() || !next->blocked) return;
  next->blocked = false;
  if (next->until != Instant()) return;
  ModelMessage message = next->message;
  queue.hidden.erase(next);
  reinsert(queue, std::move(message));
}

}  // namespace syncq::sim
