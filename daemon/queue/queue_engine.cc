#include "daemon/queue/queue_engine.h"

#include <fmt/format.h>

namespace syncq {
namespace {

// What is stored of a stream is always its beginning: after a refused message,
// none of those already sent behind it may get in.
Refusal gap(const Push& push, std::int64_t last) {
  return {ErrorCode::kConflict,
          fmt::format("message {} under key '{}' came after message {}: send "
                      "those between first",
                      push.sequence, push.key, last)};
}

Refusal nothing_there(std::string_view name, std::int64_t index) {
  return {ErrorCode::kEmpty,
          fmt::format("queue '{}' has no message at index {}: try later, or "
                      "see its size with GET /queues/{}",
                      name, index, name)};
}

Delivered delivered(const Queue& queue, Message&& message) {
  return {MessageId{queue.generation, message.offset}.text(),
          std::move(message.body),
          std::move(message.type),
          message.attempts,
          std::nullopt,
          std::move(message.dead),
          std::move(message.group)};
}

Delivered leased(const Queue& queue, Unavailable&& unavailable) {
  Delivered out = delivered(queue, std::move(unavailable.message));
  out.lease = unavailable.lease;
  return out;
}

}  // namespace

QueueEngine::QueueEngine(QueueStore& durable, QueueStore& ephemeral,
                         Notifier& notifier, QueueEvents& events)
    : durable_(durable),
      ephemeral_(ephemeral),
      notifier_(notifier),
      events_(events) {}

QueueEngine::~QueueEngine() = default;

void QueueEngine::recover(Instant now) {
  durable_.store().extend_leases(now + kLeastLease);
  keys_ = keys_kept_ = durable_.store().count_keys();
  queues_ = queues_kept_ =
      durable_.store().count_queues() + ephemeral_.store().count_queues();
}

// All that is stored counts against the capacity: else delayed messages would
// have no bound.
Result<QueueEngine::Found> QueueEngine::with_room(Found found) {
  const QueueConfig& config = found.queue->config;
  if (!config.capacity || found.queue->stored() < *config.capacity) {
    return found;
  }
  std::optional<Message> oldest = found.cache->first(*found.queue);
  if (config.overflow == Overflow::kReject || !oldest) {
    return Refusal{ErrorCode::kAtCapacity,
                   fmt::format("queue '{}' is at its capacity of {}: take "
                               "messages from it, or wait for its leases",
                               config.name, *config.capacity)};
  }
  discard(found, *oldest);
  return found;
}

void QueueEngine::remember_key(Found found, const Push& push,
                               const std::optional<QueueStore::Key>& last,
                               Instant now) {
  if (push.key.empty()) return;
  QueueStore& store = found.cache->store();
  if (last && last->expires >= now + kRememberKeys) {
    return store.advance_key(found.queue->id, push.key, push.sequence);
  }
  Instant expires = now + kRememberKeys;
  if (push.sequence != 0) expires += kStreamSlack;
  store.put_key(found.queue->id, push.key, {push.sequence, expires});
  nearest_.add(expires);
  if (!last && ++keys_ > kMaxKeys) forget_one_key(*found.cache);
}

Result<> QueueEngine::push(std::string_view name, Push push, Instant now,
                           WallMillis wall) {
  Result<Found> made = get_or_create(name, wall);
  if (!made) return made.refusal();
  std::optional<QueueStore::Key> last;
  if (!push.key.empty()) {
    last = made->cache->store().find_key(made->queue->id, push.key);
    if (last && push.sequence <= last->sequence) return Nothing{};
    if (last && push.sequence > last->sequence + 1) {
      return gap(push, last->sequence);
    }
  }
  Result<Found> found = with_room(*made);
  if (!found) return found.refusal();
  remember_key(*found, push, last, now);
  Message message;
  message.body = std::move(push.body);
  message.type = std::move(push.type);
  message.group = std::move(push.group);
  message.pushed = now;
  if (push.ttl && *push.ttl != Duration::zero()) {
    message.expires = now + *push.ttl;
    nearest_.add(*message.expires);
  }
  std::optional<Instant> due;
  if (push.delay && *push.delay != Duration::zero()) due = now + *push.delay;
  put(*found, std::move(message), due);
  return Nothing{};
}

// The first or last message that has not expired.
std::optional<Message> QueueEngine::next_message(Found found, QueueEnd end,
                                                 Instant now) {
  while (true) {
    std::optional<Message> message = end == QueueEnd::kHead
                                         ? found.cache->first(*found.queue)
                                         : found.cache->last(*found.queue);
    if (!message || !message->expires || *message->expires > now) {
      return message;
    }
    discard(found, *message);
  }
}

std::optional<Delivered> QueueEngine::take_now(Found found, const Take& take,
                                               Instant now) {
  if (auto again = given_before(found, take, now)) return again;
  if (withheld(*found.queue, now)) return std::nullopt;
  std::optional<Message> message = next_message(found, take.end, now);
  if (!message) return std::nullopt;
  found.cache->drop(*found.queue, message->offset);
  return hand_out(found, std::move(*message), take, now);
}

std::optional<Delivered> QueueEngine::given_before(Found found,
                                                   const Take& take,
                                                   Instant now) {
  if (!take.lease_id) return std::nullopt;
  QueueStore& store = found.cache->store();
  std::optional<Unavailable> unavailable = store.find_lease(*take.lease_id);
  if (!unavailable || !is_running(*unavailable, *found.queue, now))
    return std::nullopt;
  Instant until = now + *take.lease;
  store.set_unavailable_until(unavailable->generation,
                              unavailable->message.offset, until);
  nearest_.add(until);
  return leased(*found.queue, std::move(*unavailable));
}

// Hands out a message for good, or under a lease.
Delivered QueueEngine::hand_out(Found found, Message message, const Take& take,
                                Instant now) {
  Queue& queue = *found.queue;
  ++message.attempts;
  count_for_rate(queue, now);
  if (!take.lease) {
    leave_group(found, message);
    return delivered(queue, std::move(message));
  }
  // An id that is in use is never given twice.
  bool usable =
      take.lease_id && !found.cache->store().find_lease(*take.lease_id);
  Unavailable unavailable{queue.id, queue.generation, std::move(message),
                          usable ? *take.lease_id : Uuid::random(),
                          now + *take.lease};
  ++queue.leased;
  found.cache->add_unavailable(queue, unavailable);
  nearest_.add(unavailable.until);
  return leased(queue, std::move(unavailable));
}

// The queue, once those who came first have been served.
Result<QueueEngine::Found> QueueEngine::at_turn(std::string_view name,
                                                ConnectionId caller,
                                                Instant now) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  if (!notifier_.alive(caller)) return gone_refusal();
  auto line = waiters_.find(found->queue->uuid);
  if (line != waiters_.end() && !line->second.empty()) {
    serve(found->queue->uuid, now);
    found = find(name);
  }
  return found;
}

Result<> QueueEngine::park_or_refuse(std::string_view name, Found found,
                                     const Take& take, ConnectionId caller,
                                     Instant now) {
  if (!take.wait) {
    if (auto why = why_withheld(name, *found.queue, 0, now)) return *why;
    return nothing_there(name, 0);
  }
  park(*found.queue, take, caller, now);
  return Nothing{};
}

Result<std::optional<Delivered>> QueueEngine::take(std::string_view name,
                                                   const Take& take,
                                                   ConnectionId caller,
                                                   Instant now) {
  Result<Found> found = at_turn(name, caller, now);
  if (!found) return found.refusal();
  std::optional<Delivered> message = take_now(*found, take, now);
  if (message) return message;
  Result<> parked = park_or_refuse(name, *found, take, caller, now);
  if (!parked) return parked.refusal();
  return std::optional<Delivered>();
}

Result<DeliveredBatch> QueueEngine::take_batch(std::string_view name,
                                               const Take& take,
                                               ConnectionId caller,
                                               Instant now) {
  Result<Found> found = at_turn(name, caller, now);
  if (!found) return found.refusal();
  DeliveredBatch batch = batch_now(*found, take, now);
  if (!batch.empty()) return batch;
  Result<> parked = park_or_refuse(name, *found, take, caller, now);
  if (!parked) return parked.refusal();
  return batch;
}

DeliveredBatch QueueEngine::batch_now(Found found, const Take& take,
                                      Instant now) {
  DeliveredBatch batch;
  std::size_t bytes = 0;
  Take one = take;
  for (std::int64_t i = 0; i < *take.count && bytes < kBatchBytes; ++i) {
    if (take.lease_id) {
      one.lease_id = take.lease_id->plus(static_cast<std::uint32_t>(i));
    }
    std::optional<Delivered> message = take_now(found, one, now);
    if (!message) break;
    bytes += message->body.size();
    batch.push_back(std::move(*message));
  }
  return batch;
}

// What a caller that waits is given, if there is anything.
std::optional<Notice> QueueEngine::notice_now(Found found, const Take& take,
                                              Instant now) {
  if (take.count) {
    DeliveredBatch batch = batch_now(found, take, now);
    if (batch.empty()) return std::nullopt;
    return batch;
  }
  std::optional<Delivered> message = take_now(found, take, now);
  if (!message) return std::nullopt;
  return std::move(*message);
}

Result<Delivered> QueueEngine::peek(std::string_view name, std::int64_t index,
                                    Instant now) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  while (true) {
    auto message = found->cache->at(*found->queue, index);
    if (!message) return nothing_there(name, index);
    if (!message->expires || *message->expires > now) {
      return delivered(*found->queue, std::move(*message));
    }
    discard(*found, *message);
  }
}

Result<Delivered> QueueEngine::consume(std::string_view name,
                                       std::int64_t index, ConnectionId caller,
                                       Instant now, const Take& how) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  if (!notifier_.alive(caller)) return gone_refusal();
  if (auto again = given_before(*found, how, now)) return std::move(*again);
  if (auto why = why_withheld(name, *found->queue, index, now)) return *why;
  while (true) {
    auto message = found->cache->at(*found->queue, index);
    if (!message) return nothing_there(name, index);
    if (message->expires && *message->expires <= now) {
      discard(*found, *message);
      continue;
    }
    found->cache->drop(*found->queue, message->offset);
    return hand_out(*found, std::move(*message), how, now);
  }
}

}  // namespace syncq
