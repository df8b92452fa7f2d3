// Messages that are leased out: acknowledged, given back, kept longer, and
// what becomes of those that fail too often.

#include <fmt/format.h>

#include <algorithm>

#include "common/names.h"
#include "daemon/queue/queue_engine.h"

namespace syncq {
namespace {

// How long a message rests whose dead letter queue has no room for it.
constexpr Duration kBuryAgain = std::chrono::minutes(1);

}  // namespace

Result<std::pair<QueueEngine::Found, Hidden>> QueueEngine::find_lease(
    std::string_view name, const Uuid& lease, Instant now) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  std::optional<Hidden> hidden = found->shelf->store().find_lease(lease);
  if (!hidden || !is_running(*hidden, *found->queue, now)) {
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
  return give_back(held->first, std::move(held->second), how, now, wall);
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

Result<> QueueEngine::give_back(Found found, Hidden hidden, const Nack& how,
                                Instant now, WallMillis wall) {
  Queue& queue = *found.queue;
  Message& message = hidden.message;
  bool expired = message.expires && *message.expires <= now;
  bool failed = hidden.lease.has_value() && !how.uncounted;
  bool too_often = failed && queue.config.max_attempts > 0 &&
                   message.attempts >= queue.config.max_attempts;
  std::optional<Found> grave;
  if (!expired && (how.dead || too_often)) {
    Result<Found> room = grave_of(queue, wall);
    if (room) grave = *room;
    if (!room && how.dead) return room.refusal();
  }
  found.shelf->unhide(queue, message.place);
  --(hidden.lease ? queue.leased : queue.delayed);
  if (expired) return Nothing{};
  if (how.uncounted) --message.attempts;
  Duration delay = how.delay.value_or(Duration::zero());
  if (too_often && !grave) delay = std::max(delay, kBuryAgain);
  if (grave) {
    bury(*grave, queue, std::move(message), how.reason, wall);
  } else if (delay != Duration::zero()) {
    ++queue.delayed;
    hidden.lease.reset();
    hidden.until = now + delay;
    deadline_set(hidden.until);
    found.shelf->hide(queue, hidden);
  } else {
    found.shelf->restore(queue, std::move(message));
    awake(queue);
  }
  return Nothing{};
}

// The queue's dead letter queue, or where it has none NAME.dead, with room for
// one more. Dead letters themselves have no such place unless it was given.
Result<QueueEngine::Found> QueueEngine::grave_of(const Queue& queue,
                                                 WallMillis wall) {
  constexpr std::string_view kDead = ".dead";
  const QueueConfig& config = queue.config;
  std::string grave = config.dead_letter;
  if (grave.empty()) {
    grave = config.name + std::string(kDead);
    if (config.name.ends_with(kDead) || grave.size() > kMaxNameLength) {
      return Refusal{
          ErrorCode::kConflict,
          fmt::format("queue '{}' has no dead letter queue, and its name "
                      "{}: give the message back without dead, or make the "
                      "queue with dead_letter",
                      config.name,
                      config.name.ends_with(kDead)
                          ? "says that it is one"
                          : "leaves no room for '.dead'")};
    }
  }
  Result<Found> made = find_or_make(grave, wall);
  if (!made) return made.refusal();
  return with_room(*made);
}

// Its attempts start anew there, and its time to live ends.
void QueueEngine::bury(Found grave, const Queue& from, Message message,
                       const std::string& reason, WallMillis wall) {
  message.dead = std::make_shared<DeadLetter>(
      DeadLetter{from.config.name, message.attempts, reason, wall});
  message.attempts = 0;
  message.expires.reset();
  grave.shelf->append(*grave.queue, std::move(message));
  awake(*grave.queue);
}

}  // namespace syncq
