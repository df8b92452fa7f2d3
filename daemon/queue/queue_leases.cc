// Messages that are leased out: acknowledged, given back, kept longer, and
// what becomes of those that fail too often.

#include <fmt/format.h>

#include <algorithm>

#include "common/names.h"
#include "daemon/queue/queue_engine.h"

namespace syncq {
namespace {

// How long a message rests if its dead letter queue has no room for it.
constexpr Duration kRetryDeadLetter = std::chrono::minutes(1);

}  // namespace

Result<std::pair<QueueEngine::Found, Unavailable>> QueueEngine::find_lease(
    std::string_view name, const Uuid& lease, Instant now) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  std::optional<Unavailable> unavailable =
      found->cache->store().find_lease(lease);
  if (!unavailable || !is_running(*unavailable, *found->queue, now)) {
    return Refusal{ErrorCode::kExpired,
                   fmt::format("lease {} of queue '{}' is over or never was: "
                               "its message may have gone to another; take "
                               "one anew",
                               lease.text(), name)};
  }
  return std::pair(*found, std::move(*unavailable));
}

Result<> QueueEngine::ack(std::string_view name, const Uuid& lease,
                          Instant now) {
  auto held = find_lease(name, lease, now);
  if (!held) return held.refusal();
  auto& [found, unavailable] = *held;
  end_lease(*found.queue);
  found.cache->remove_unavailable(*found.queue, unavailable.message.offset);
  leave_group(found, unavailable.message);
  return Nothing{};
}

Result<> QueueEngine::nack(std::string_view name, const Uuid& lease,
                           const Nack& how, Instant now, WallMillis wall) {
  auto held = find_lease(name, lease, now);
  if (!held) return held.refusal();
  return requeue(held->first, std::move(held->second), how, now, wall);
}

Result<> QueueEngine::extend(std::string_view name, const Uuid& lease,
                             Duration by, Instant now) {
  auto held = find_lease(name, lease, now);
  if (!held) return held.refusal();
  auto& [found, unavailable] = *held;
  found.cache->store().set_unavailable_until(
      unavailable.generation, unavailable.message.offset, now + by);
  nearest_.add(now + by);
  return Nothing{};
}

Result<> QueueEngine::requeue(Found found, Unavailable unavailable,
                              const Nack& how, Instant now, WallMillis wall) {
  Queue& queue = *found.queue;
  Message& message = unavailable.message;
  bool expired = message.expires && *message.expires <= now;
  bool failed = unavailable.lease.has_value() && !how.uncounted;
  bool too_often = failed && queue.config.max_attempts > 0 &&
                   message.attempts >= queue.config.max_attempts;
  std::optional<Found> dead_letters;
  if (!expired && (how.dead || too_often)) {
    Result<Found> room = dead_letter_queue_of(queue, wall);
    if (room) dead_letters = *room;
    if (!room && how.dead) return room.refusal();
  }
  found.cache->remove_unavailable(queue, message.offset);
  count_out(queue, unavailable);
  if (expired || dead_letters) leave_group(found, message);
  if (expired) return Nothing{};
  if (how.uncounted) --message.attempts;
  Duration delay = how.delay.value_or(Duration::zero());
  if (too_often && !dead_letters) delay = std::max(delay, kRetryDeadLetter);
  if (dead_letters) {
    move_to_dead_letters(*dead_letters, queue, std::move(message), how.reason,
                         wall);
  } else if (delay != Duration::zero()) {
    ++queue.delayed;
    unavailable.lease.reset();
    unavailable.until = now + delay;
    nearest_.add(unavailable.until);
    found.cache->add_unavailable(queue, unavailable);
  } else {
    nearest_.add(message.expires);
    found.cache->reinsert(queue, std::move(message));
    mark_ready(queue);
  }
  return Nothing{};
}

// The queue's dead letter queue, or NAME.dead if it has none, with room for one
// more. A NAME.dead has none itself unless it was given one.
Result<QueueEngine::Found> QueueEngine::dead_letter_queue_of(const Queue& queue,
                                                             WallMillis wall) {
  constexpr std::string_view kDead = ".dead";
  const QueueConfig& config = queue.config;
  std::string dead_letters = config.dead_letter;
  if (dead_letters.empty()) {
    dead_letters = config.name + std::string(kDead);
    if (config.name.ends_with(kDead) || dead_letters.size() > kMaxNameLength) {
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
  Result<Found> made = get_or_create(dead_letters, wall);
  if (!made) return made.refusal();
  return with_room(*made);
}

// Its attempts start again there, and its time to live ends.
void QueueEngine::move_to_dead_letters(Found dead_letters, const Queue& from,
                                       Message message,
                                       const std::string& reason,
                                       WallMillis wall) {
  events_.push_back(MessageGivenUp{from.config.name,
                                   {from.generation, message.offset},
                                   message.attempts,
                                   reason,
                                   dead_letters.queue->config.name});
  message.dead = std::make_shared<DeadLetter>(
      DeadLetter{from.config.name, message.attempts, reason, wall});
  message.attempts = 0;
  message.expires.reset();
  dead_letters.cache->append(*dead_letters.queue, std::move(message));
  mark_ready(*dead_letters.queue);
}

}  // namespace syncq
