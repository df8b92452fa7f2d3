// Queues in memory, seen through their store.

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/look.h"

namespace syncq::sim {
namespace {

std::string describe(const Message& message) {
  return fmt::format("{} '{}' attempts {} pushed {} dead '{}'", message.offset,
                     message.body, message.attempts,
                     message.pushed->time_since_epoch().count(),
                     message.dead ? message.dead->queue : "");
}

std::string describe(const ModelMessage& message) {
  return fmt::format("{} '{}' attempts {} pushed {} dead '{}'", message.place,
                     message.body, message.attempts,
                     message.pushed.time_since_epoch().count(),
                     message.dead_from);
}

bool same_message(const Message& kept, const ModelMessage& want) {
  return kept.offset == want.place && kept.body == want.body &&
         kept.attempts == want.attempts &&
         (kept.dead ? kept.dead->queue : "") == want.dead_from &&
         kept.group == want.group;
}

std::string difference_of(QueueStore& store, const ModelQueue& queue,
                          const Names& names) {
  std::optional<Queue> there = store.find_queue_named(queue.config.name);
  if (!there) return "it is not there";
  auto leased = std::count_if(queue.hidden.begin(), queue.hidden.end(),
                              [](const auto& each) { return each.lease != 0; });
  auto blocked = std::count_if(queue.hidden.begin(), queue.hidden.end(),
                               [](const auto& each) { return each.blocked; });
  auto delayed =
      static_cast<std::int64_t>(queue.hidden.size()) - leased - blocked;
  auto size = static_cast<std::int64_t>(queue.ready.size());
  if (there->size != size || there->leased != leased ||
      there->delayed != delayed || there->blocked != blocked ||
      there->generation != queue.generation) {
    return fmt::format(
        "{} messages, {} leased, {} delayed, {} blocked, not {}, {}, "
        "{}, {}",
        there->size, there->leased, there->delayed, there->blocked, size,
        leased, delayed, blocked);
  }
  for (std::int64_t i = 0; i < size; ++i) {
    auto kept = store.nth_message(queue.generation, i);
    const ModelMessage& want = queue.ready[static_cast<std::size_t>(i)];
    if (kept && same_message(*kept, want)) continue;
    return fmt::format("{}, not {}", kept ? describe(*kept) : "nothing",
                       describe(want));
  }
  for (const ModelHidden& each : queue.hidden) {
    if (each.lease == 0 || !names.knows(each.lease)) continue;
    auto lease = store.find_lease(*Uuid::parse(names.of(each.lease)));
    std::string got = lease ? describe(lease->message) : "nothing";
    std::string want = describe(each.message);
    if (got != want || lease->until != each.until) {
      return fmt::format("leased {}, not {}", got, want);
    }
  }
  return "";
}

}  // namespace

std::string ephemeral_difference(QueueStore& store, const Stored& stored,
                                 const Names& names) {
  for (const ModelQueue& each : stored.queues) {
    if (!each.config.ephemeral) continue;
    std::string found = difference_of(store, each, names);
    if (found.empty()) continue;
    return fmt::format("the ephemeral queue '{}' differs: {}", each.config.name,
                       found);
  }
  return "";
}

}  // namespace syncq::sim
