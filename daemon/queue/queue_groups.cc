// Messages of one group are handed out one after the other. The first of a
// group is a message like any other; those behind it are blocked, kept where
// nobody who takes messages ever steps over them, and come back one by one.

#include "daemon/queue/queue_engine.h"

namespace syncq {

void QueueEngine::put(Found found, Message&& message,
                      std::optional<Instant> due) {
  Queue& queue = *found.queue;
  message.offset = found.cache->take_offset(queue);
  bool blocked = false;
  if (message.is_in_line()) {
    QueueStore& store = found.cache->store();
    blocked = store.first_of_group(queue.generation, message.group).has_value();
    store.add_to_group(queue.generation, message.group, message.offset);
  }
  if (!blocked && !due) {
    found.cache->reinsert(queue, std::move(message));
    return mark_ready(queue);
  }
  Instant until = due.value_or(Instant());
  if (blocked) until += kBlocked.time_since_epoch();
  ++(blocked ? queue.blocked : queue.delayed);
  if (!blocked) nearest_.add(until);
  found.cache->add_unavailable(
      queue,
      {queue.id, queue.generation, std::move(message), std::nullopt, until});
}

void QueueEngine::leave_group(Found found, const Message& message) {
  if (!message.is_in_line()) return;
  std::int64_t generation = found.queue->generation;
  QueueStore& store = found.cache->store();
  store.remove_from_group(generation, message.group, message.offset);
  auto next = store.first_of_group(generation, message.group);
  // If it stood in the middle of its group, that one is not blocked.
  if (next) unblock(found, *next);
}

void QueueEngine::unblock(Found found, std::int64_t offset) {
  Queue& queue = *found.queue;
  std::optional<Unavailable> next;
  found.cache->store().visit_unavailable(queue.generation, offset,
                                         [&](const Unavailable& each) {
                                           next = each;
                                           return false;
                                         });
  if (!next || next->message.offset != offset || !next->is_blocked()) return;
  --queue.blocked;
  Instant due = next->until - kBlocked.time_since_epoch();
  if (due != Instant()) {
    ++queue.delayed;
    found.cache->store().set_unavailable_until(queue.generation, offset, due);
    return nearest_.add(due);
  }
  found.cache->remove_unavailable(queue, offset);
  nearest_.add(next->message.expires);
  found.cache->reinsert(queue, std::move(next->message));
  mark_ready(queue);
}

void QueueEngine::discard(Found found, const Message& message) {
  found.cache->drop(*found.queue, message.offset);
  leave_group(found, message);
}

void QueueEngine::count_out(Queue& queue, const Unavailable& unavailable) {
  if (unavailable.is_blocked()) {
    --queue.blocked;
  } else if (unavailable.lease) {
    end_lease(queue);
  } else {
    --queue.delayed;
  }
}

}  // namespace syncq
