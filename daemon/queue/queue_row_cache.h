#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/queue/queue_store.h"

namespace syncq {

// The queues of one store as the engine works with them within a transaction.
// Queue rows and counts that many of its operations change are written once, by
// flush(). One thread.
class QueueRowCache {
 public:
  explicit QueueRowCache(QueueStore& store) : store_(store) {}

  // By UUID or name; nullptr if there is none. Valid until the end of the
  // transaction, or until the queue is removed.
  Queue* find(std::string_view name);
  // The same, if this transaction has found it by that name already.
  Queue* known(std::string_view name);
  Queue* find(std::int64_t id);
  Queue* find_of_generation(std::int64_t generation) {
    return keep(store_.find_queue_of_generation(generation));
  }
  Queue& add(Queue queue);
  void remove(const Queue& queue);
  // Removes all its messages.
  void empty(Queue& queue);
  // By rank, from the one behind `after`.
  std::vector<Queue> list(const QueueRank& after, int limit);

  // Gives the message the next offset.
  void append(Queue& queue, Message&& message);
  // The next offset, for a message that is unavailable at first.
  std::int64_t take_offset(Queue& queue) { return queue.next_offset++; }
  // Puts a message back at its old offset.
  void reinsert(Queue& queue, Message&& message);
  // Takes a readable message out.
  void drop(Queue& queue, std::int64_t offset);

  // Adds and removes a message that can't be read. Changing the queue's counts
  // of those is up to the caller.
  void add_unavailable(Queue& queue, const Unavailable& unavailable);
  void remove_unavailable(Queue& queue, std::int64_t offset);

  std::optional<Message> first(const Queue& queue);
  std::optional<Message> last(const Queue& queue);
  std::optional<Message> at(const Queue& queue, std::int64_t index);

  QueueStore& store() { return store_; }

  // Writes what is held back; part of the transaction. Throws StoreError.
  void flush();
  // The transaction is over: what was read may not hold in the next.
  void forget();

 private:
  struct Entry {
    Queue queue;
    bool changed = false;
    std::int64_t blocked = 0;  // as it is stored
  };
  Queue* keep(std::optional<Queue> queue);
  void touch(const Queue& queue) { entries_.at(queue.id).changed = true; }
  void count(const Queue& queue, std::int64_t offset, std::int64_t delta);
  void flush_counts();

  QueueStore& store_;
  std::map<std::int64_t, Entry> entries_;
  std::map<std::string, std::int64_t, std::less<>> names_;
  // (generation, span) -> messages more or less
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> counts_;
};

}  // namespace syncq
