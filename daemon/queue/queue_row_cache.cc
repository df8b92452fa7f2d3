#include "daemon/queue/queue_row_cache.h"

#include <cassert>

#include "common/uuid.h"

namespace syncq {

Queue* QueueRowCache::keep(std::optional<Queue> queue) {
  if (!queue) return nullptr;
  std::int64_t id = queue->id;
  auto [entry, added] = entries_.try_emplace(id);
  if (added) {
    entry->second.queue = std::move(*queue);
    entry->second.blocked = entry->second.queue.blocked;
  }
  return &entry->second.queue;
}

Queue* QueueRowCache::known(std::string_view name) {
  auto found = names_.find(name);
  if (found == names_.end()) return nullptr;
  return &entries_.at(found->second).queue;
}

Queue* QueueRowCache::find(std::string_view name) {
  if (Queue* queue = known(name)) return queue;
  auto uuid = Uuid::parse(name);
  Queue* queue =
      keep(uuid ? store_.find_queue(*uuid) : store_.find_queue_named(name));
  // A UUID can be written in too many ways to remember each.
  bool once = !uuid || name == uuid->text();
  if (queue != nullptr && once) names_.emplace(name, queue->id);
  return queue;
}

Queue* QueueRowCache::find(std::int64_t id) {
  auto known = entries_.find(id);
  if (known != entries_.end()) return &known->second.queue;
  return keep(store_.find_queue(id));
}

Queue& QueueRowCache::add(Queue queue) {
  store_.insert_queue(queue);
  return *keep(std::move(queue));
}

void QueueRowCache::remove(const Queue& queue) {
  store_.purge_generation(queue.generation);
  store_.delete_queue(queue.id);
  std::int64_t id = queue.id;
  std::erase_if(names_, [&](const auto& pair) { return pair.second == id; });
  entries_.erase(id);
}

void QueueRowCache::empty(Queue& queue) {
  store_.purge_generation(queue.generation);
  store_.renew_generation(queue);
  queue.next_offset = queue.size = queue.leased = queue.delayed = 0;
  queue.blocked = 0;
  touch(queue);
}

std::vector<Queue> QueueRowCache::list(const QueueRank& after, int limit) {
  flush();
  return store_.list_queues(after, limit);
}

void QueueRowCache::count(const Queue& queue, std::int64_t offset,
                          std::int64_t delta) {
  counts_[{queue.generation, offset >> kCountShift}] += delta;
}

void QueueRowCache::append(Queue& queue, Message&& message) {
  message.offset = take_offset(queue);
  reinsert(queue, std::move(message));
}

void QueueRowCache::reinsert(Queue& queue, Message&& message) {
  count(queue, message.offset, 1);
  store_.insert_message(queue.generation, std::move(message));
  ++queue.size;
  touch(queue);
}

void QueueRowCache::drop(Queue& queue, std::int64_t offset) {
  store_.delete_message(queue.generation, offset);
  count(queue, offset, -1);
  --queue.size;
  touch(queue);
}

void QueueRowCache::add_unavailable(Queue& queue,
                                    const Unavailable& unavailable) {
  store_.insert_unavailable(unavailable);
  touch(queue);
}

void QueueRowCache::remove_unavailable(Queue& queue, std::int64_t offset) {
  store_.delete_unavailable(queue.generation, offset);
  touch(queue);
}

std::optional<Message> QueueRowCache::first(const Queue& queue) {
  if (queue.size == 0) return std::nullopt;
  return store_.first_message(queue.generation);
}

std::optional<Message> QueueRowCache::last(const Queue& queue) {
  if (queue.size == 0) return std::nullopt;
  return store_.last_message(queue.generation);
}

std::optional<Message> QueueRowCache::at(const Queue& queue,
                                         std::int64_t index) {
  if (index >= queue.size) return std::nullopt;
  if (index == 0) return first(queue);
  if (index == queue.size - 1) return last(queue);
  flush_counts();
  return store_.nth_message(queue.generation, index);
}

void QueueRowCache::flush_counts() {
  for (const auto& [span, delta] : counts_) {
    if (delta == 0) continue;
    store_.add_count(span.first, span.second << kCountShift, delta);
  }
  counts_.clear();
}

void QueueRowCache::flush() {
  flush_counts();
  for (auto& [id, entry] : entries_) {
    const Queue& queue = entry.queue;
    assert(queue.size >= 0);
    if (entry.changed) store_.update_queue(queue);
    entry.changed = false;
    if (queue.blocked != entry.blocked) store_.update_blocked(queue);
    entry.blocked = queue.blocked;
  }
}

void QueueRowCache::forget() {
  entries_.clear();
  names_.clear();
  counts_.clear();
}

}  // namespace syncq
