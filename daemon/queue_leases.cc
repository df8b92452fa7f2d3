// Messages that are leased out: acknowledged, given back, kept longer, and
// what becomes of those that fail too often.

#include <fmt/format.h>

#include "common/names.h"
#include "daemon/queue_engine.h"

namespace syncq {

Result<std::pair<QueueEngine::Found, Hidden>> QueueEngine::find_lease(
    std::string_view name, const Uuid& lease, Instant now) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  std::optional<Hidden> hidden = found->shelf->store().find_lease(lease);
  // Another bin: the queue has been emptied since.
  if (!hidden || hidden->until <= now || hidden->bin != found->queue->bin) {
    return Refusal{ErrorCode::kExpired,
                   fmt::format("lease {} of queue '{}' is over or never was: "
                               "its message may have gone to another; take "
                               "one anew",
                               lease.text(), name)};
  }
  return std::pair(*found, std::move(*hidden));
}

Result<> QueueEngine::ack(std::string_view name, const Uuid& lease,
                          Instant now) {
  auto held = find_lease(name, lease, now);
  if (!held) return held.refusal();
  auto& [found, hidden] = *held;
  --found.queue->leased;
  found.shelf->unhide(*found.queue, hidden.message.place);
  return Nothing{};
}

Result<> QueueEngine::nack(std::string_view name, const Uuid& lease,
                           const Nack& how, Instant now, WallMillis wall) {
  auto held = find_lease(name, lease, now);
  if (!held) return held.refusal();
  give_back(held->first, std::move(held->second), how, now, wall);
  return Nothing{};
}

Result<> QueueEngine::extend(std::string_view name, const Uuid& lease,
                             Duration by, Instant now) {
  auto held = find_lease(name, lease, now);
  if (!held) return held.refusal();
  auto& [found, hidden] = *held;
  found.shelf->store().set_hidden_until(hidden.bin, hidden.message.place,
                                        now + by);
  deadline_set(now + by);
  return Nothing{};
}

void QueueEngine::give_back(Found found, Hidden hidden, const Nack& how,
                            Instant now, WallMillis wall) {
  Queue& queue = *found.queue;
  Message& message = hidden.message;
  found.shelf->unhide(queue, message.place);
  --(hidden.lease ? queue.leased : queue.delayed);
  if (message.expires && *message.expires <= now) return;
  bool failed = hidden.lease.has_value();
  bool too_often = failed && queue.config.max_attempts > 0 &&
                   message.attempts >= queue.config.max_attempts;
  if (how.dead || too_often) {
    bury(found, std::move(message), wall);
  } else if (how.delay && *how.delay != Duration::zero()) {
    ++queue.delayed;
    hidden.lease.reset();
    hidden.until = now + *how.delay;
    deadline_set(hidden.until);
    found.shelf->hide(queue, hidden);
  } else {
    found.shelf->restore(queue, std::move(message));
    awake(queue);
  }
}

// To the queue's dead letter queue, or where it has none to NAME.dead. It
// keeps its attempts there, for whoever looks into it; its time to live ends.
void QueueEngine::bury(Found found, Message message, WallMillis wall) {
  const QueueConfig& config = found.queue->config;
  std::string grave = config.dead_letter;
  if (grave.empty()) {
    grave = config.name.substr(0, kMaxNameLength - 5) + ".dead";
  }
  Result<Found> dead = find_or_make(grave, wall);
  if (!dead) return found.shelf->restore(*found.queue, std::move(message));
  message.expires.reset();
  dead->shelf->append(*dead->queue, std::move(message));
  awake(*dead->queue);
}

}  // namespace syncq
