#include "daemon/queue/queue_row_cache.h"

#include "common/uuid.h"

namespace syncq {

Queue* QueueShelf::keep(std::optional<Queue> queue) {
  if (!queue) return nullptr;
  std::int64_t id = queue->id;
  auto [place, added] = entries_.try_emplace(id);
  if (added) place->second.queue = std::move(*queue);
  return &place->second.queue;
}

Queue* QueueShelf::known(std::string_view name) {
  auto found = names_.find(name);
  if (found == names_.end()) return nullptr;
  return &entries_.at(found->second).queue;
}

Queue* QueueShelf::find(std::string_view name) {
  if (Queue* queue = known(name)) return queue;
  auto uuid = Uuid::parse(name);
  Queue* queue =
      keep(uuid ? store_.find_queue(*uuid) : store_.find_queue_named(name));
  // A UUID can be written in too many ways to remember each.
  bool once = !uuid || name == uuid->text();
  if (queue != nullptr && once) names_.emplace(name, queue->id);
  return queue;
}

Queue* QueueShelf::find(std::int64_t id) {
  auto known = entries_.find(id);
  if (known != entries_.end()) return &known->second.queue;
  return keep(store_.find_queue(id));
}

Queue& QueueShelf::add(Queue queue) {
  store_.insert_queue(queue);
  return *keep(std::move(queue));
}

void QueueShelf::remove(const Queue& queue) {
  store_.purge_bin(queue.bin);
  store_.delete_queue(queue.id);
  std::int64_t id = queue.id;
  std::erase_if(names_, [&](const auto& pair) { return pair.second == id; });
  entries_.erase(id);
}

void QueueShelf::empty(Queue& queue) {
  store_.purge_bin(queue.bin);
  store_.change_bin(queue);
  queue.next_place = queue.size = queue.leased = queue.delayed = 0;
  touch(queue);
}

std::vector<Queue> QueueShelf::list(const QueueRank& after, int limit) {
  flush();
  return store_.list_queues(after, limit);
}

void QueueShelf::count(const Queue& queue, std::int64_t place,
                       std::int64_t delta) {
  counts_[{queue.bin, place >> kCountShift}] += delta;
}

void QueueShelf::append(Queue& queue, Message&& message) {
  message.place = take_place(queue);
  restore(queue, std::move(message));
}

void QueueShelf::restore(Queue& queue, Message&& message) {
  count(queue, message.place, 1);
  store_.insert_message(queue.bin, std::move(message));
  ++queue.size;
  touch(queue);
}

void QueueShelf::drop(Queue& queue, std::int64_t place) {
  store_.delete_message(queue.bin, place);
  count(queue, place, -1);
  --queue.size;
  touch(queue);
}

void QueueShelf::hide(Queue& queue, const Hidden& hidden) {
  store_.insert_hidden(hidden);
  touch(queue);
}

void QueueShelf::unhide(Queue& queue, std::int64_t place) {
  store_.delete_hidden(queue.bin, place);
  touch(queue);
}

std::optional<Message> QueueShelf::first(const Queue& queue) {
  if (queue.size == 0) return std::nullopt;
  return store_.first_message(queue.bin);
}

std::optional<Message> QueueShelf::last(const Queue& queue) {
  if (queue.size == 0) return std::nullopt;
  return store_.last_message(queue.bin);
}

std::optional<Message> QueueShelf::at(const Queue& queue, std::int64_t index) {
  if (index >= queue.size) return std::nullopt;
  if (index == 0) return first(queue);
  if (index == queue.size - 1) return last(queue);
  flush_counts();
  return store_.nth_message(queue.bin, index);
}

void QueueShelf::flush_counts() {
  for (const auto& [place, delta] : counts_) {
    if (delta == 0) continue;
    store_.add_count(place.first, place.second << kCountShift, delta);
  }
  counts_.clear();
}

void QueueShelf::flush() {
  flush_counts();
  for (auto& [id, entry] : entries_) {
    if (entry.changed) store_.update_queue(entry.queue);
    entry.changed = false;
  }
}

void QueueShelf::forget() {
  entries_.clear();
  names_.clear();
  counts_.clear();
}

}  // namespace syncq
