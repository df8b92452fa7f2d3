// What keeps a queue from giving out messages that it has: whether it is
// paused, how many are leased out, and how fast they go.

#include <fmt/format.h>

#include "daemon/queue/queue_engine.h"

namespace syncq {

std::optional<QueueEngine::Withheld> QueueEngine::withheld(const Queue& queue,
                                                           Instant now) {
  if (queue.paused) return Withheld::kPaused;
  const QueueConfig& config = queue.config;
  if (!config.has_limits()) return std::nullopt;
  if (config.in_flight != 0 && queue.leased >= config.in_flight) {
    return Withheld::kInFlight;
  }
  if (!config.rate) return std::nullopt;
  Instant next = next_by_rate(queue);
  if (next <= now) return std::nullopt;
  next_given_.emplace(next, queue.uuid);
  return Withheld::kRate;
}

Instant QueueEngine::next_by_rate(const Queue& queue) const {
  auto last = last_given_.find(queue.uuid);
  if (last == last_given_.end()) return Instant::min();
  return last->second + queue.config.rate.interval();
}

// Its rate changes, or it goes: nothing is left behind for it.
void QueueEngine::forget_next(const Queue& queue) {
  if (queue.config.rate) next_given_.erase({next_by_rate(queue), queue.uuid});
}

// A message is given out.
void QueueEngine::count_for_rate(const Queue& queue, Instant now) {
  if (!queue.config.rate) return;
  last_given_[queue.uuid] = counted_at(next_by_rate(queue), now);
}

void QueueEngine::end_lease(Queue& queue) {
  --queue.leased;
  if (queue.config.in_flight != 0) mark_ready(queue);
}

std::optional<Refusal> QueueEngine::why_withheld(std::string_view name,
                                                 const Queue& queue,
                                                 std::int64_t index,
                                                 Instant now) {
  std::optional<Withheld> why = withheld(queue, now);
  if (why == Withheld::kPaused) {
    return Refusal{ErrorCode::kPaused,
                   fmt::format("queue '{}' is paused: wait for a message, or "
                               "let it go on with POST /queues/{}/resume",
                               name, name)};
  }
  // It is empty besides, then.
  if (!why || index >= queue.size) return std::nullopt;
  if (why == Withheld::kInFlight) {
    return Refusal{ErrorCode::kLimited,
                   fmt::format("queue '{}' has {} messages in flight, and "
                               "gives none out until one of those is settled: "
                               "wait for a message, or raise in_flight with "
                               "POST /queues/{}/set",
                               name, queue.leased, name)};
  }
  auto wait =
      std::chrono::ceil<std::chrono::milliseconds>(next_by_rate(queue) - now);
  return Refusal{
      ErrorCode::kLimited,
      fmt::format("queue '{}' gives out {}, the next in {} ms: "
                  "wait for a message, or raise rate with POST "
                  "/queues/{}/set",
                  name, format_rate(queue.config.rate), wait.count(), name),
      wait.count()};
}

}  // namespace syncq
