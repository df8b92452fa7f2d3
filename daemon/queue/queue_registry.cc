// The queues there are: made, found, listed, changed and destroyed.

#include <fmt/format.h>

#include <algorithm>

#include "common/names.h"
#include "daemon/queue/queue_engine.h"

namespace syncq {
namespace {

Refusal no_such_queue(std::string_view name) {
  return {ErrorCode::kQueueNotFound,
          fmt::format("there is no queue '{}': put a message to make it, or "
                      "see GET /queues for those there are",
                      name)};
}

Result<> check_config(const QueueConfig& config) {
  Result<> valid = check_name(config.name, "queue");
  if (!valid) return valid;
  if (config.dead_letter.empty() != (config.max_attempts == 0)) {
    return Refusal{ErrorCode::kBadRequest,
                   "max_attempts and dead_letter go together: give both or "
                   "neither"};
  }
  if (config.dead_letter.empty()) return Nothing{};
  if (config.dead_letter == config.name) {
    return Refusal{ErrorCode::kBadRequest,
                   fmt::format("queue '{}' can't be its own dead letter queue: "
                               "name another",
                               config.name)};
  }
  return check_name(config.dead_letter, "dead letter queue");
}

}  // namespace

Result<QueueEngine::Found> QueueEngine::find(std::string_view name) {
  for (QueueRowCache* cache : {&durable_, &ephemeral_}) {
    if (Queue* queue = cache->known(name)) return Found{cache, queue};
  }
  for (QueueRowCache* cache : {&durable_, &ephemeral_}) {
    if (Queue* queue = cache->find(name)) return Found{cache, queue};
  }
  if (!Uuid::parse(name)) {
    Result<> valid = check_name(name, "queue");
    if (!valid) return valid.refusal();
  }
  return no_such_queue(name);
}

Result<QueueEngine::Found> QueueEngine::get_or_create(std::string_view name,
                                                      WallMillis wall) {
  Result<Found> found = find(name);
  if (found || found.refusal().code != ErrorCode::kQueueNotFound ||
      Uuid::parse(name)) {
    return found;
  }
  QueueConfig config;
  config.name = name;
  return add(std::move(config), wall);
}

Result<QueueEngine::Found> QueueEngine::add(QueueConfig config,
                                            WallMillis wall) {
  if (queues_ >= kMaxQueues) {
    return Refusal{ErrorCode::kAtCapacity,
                   fmt::format("there are {} queues, the most there may be: "
                               "destroy those you no longer need",
                               queues_)};
  }
  Queue queue;
  queue.uuid = Uuid::random();
  queue.config = std::move(config);
  queue.created = wall;
  QueueRowCache& cache = queue.config.ephemeral ? ephemeral_ : durable_;
  ++queues_;
  return Found{&cache, &cache.add(std::move(queue))};
}

Result<Queue> QueueEngine::create(const QueueConfig& wanted, WallMillis wall) {
  QueueConfig config = wanted;
  if (config.name.empty()) {
    // Random, and not of the form of a UUID.
    config.name = "queue-" + Uuid::random().text();
  }
  Result<> valid = check_config(config);
  if (!valid) return valid.refusal();
  if (find(config.name)) {
    return Refusal{ErrorCode::kConflict,
                   fmt::format("there is a queue '{}' already: use it, or "
                               "choose another name",
                               config.name)};
  }
  Result<Found> made = add(std::move(config), wall);
  if (!made) return made.refusal();
  return *made->queue;
}

Result<Queue> QueueEngine::show(std::string_view name) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  return *found->queue;
}

std::vector<Queue> QueueEngine::list(const QueueRank& after, int limit) {
  std::vector<Queue> durable = durable_.list(after, limit);
  std::vector<Queue> ephemeral = ephemeral_.list(after, limit);
  std::vector<Queue> merged;
  std::merge(durable.begin(), durable.end(), ephemeral.begin(), ephemeral.end(),
             std::back_inserter(merged), [](const Queue& a, const Queue& b) {
               return a.rank() < b.rank();
             });
  auto count = static_cast<std::size_t>(limit);
  if (merged.size() > count) merged.resize(count);
  return merged;
}

void QueueEngine::destroy(std::string_view name) {
  Result<Found> found = find(name);
  if (!found) return;
  refuse_parked(found->queue->uuid, no_such_queue(name));
  forget_next(*found->queue);
  last_given_.erase(found->queue->uuid);
  found->cache->remove(*found->queue);
  --queues_;
  purging_ = true;
}

Result<> QueueEngine::empty(std::string_view name) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  found->cache->empty(*found->queue);
  purging_ = true;
  return Nothing{};
}

Result<> QueueEngine::set_paused(std::string_view name, bool paused) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  Queue& queue = *found->queue;
  if (queue.paused == paused) return Nothing{};
  queue.paused = paused;
  found->cache->store().update_settings(queue);
  events_.push_back(QueueSteered{queue.config.name, paused ? "pause" : "resume",
                                 paused ? "is paused" : "goes on"});
  if (!paused) mark_ready(queue);
  return Nothing{};
}

Result<Queue> QueueEngine::configure(std::string_view name,
                                     const QueueConfig& config) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  Queue& queue = *found->queue;
  Result<> valid = check_config(config);
  if (!valid) return valid.refusal();
  // Nothing is dropped for it.
  if (config.capacity && *config.capacity < queue.stored() &&
      config.capacity != queue.config.capacity) {
    return Refusal{
        ErrorCode::kAtCapacity,
        fmt::format("queue '{}' has {} messages, over a capacity of "
                    "{}: take some from it first",
                    queue.config.name, queue.stored(), *config.capacity)};
  }
  forget_next(queue);
  queue.config = config;
  found->cache->store().update_settings(queue);
  events_.push_back(QueueSteered{
      config.name, "set",
      fmt::format(
          "was set: capacity {}, {}, max attempts {}, dead letters {}, "
          "in flight {}, rate {}",
          config.capacity ? std::to_string(*config.capacity) : "none",
          config.overflow == Overflow::kReject ? "reject" : "evict",
          config.max_attempts,
          config.dead_letter.empty() ? "none" : config.dead_letter,
          config.in_flight == 0 ? "any" : std::to_string(config.in_flight),
          config.rate ? format_rate(config.rate) : "any")});
  mark_ready(queue);
  return queue;
}

}  // namespace syncq
