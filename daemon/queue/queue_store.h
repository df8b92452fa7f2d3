#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/queue/count_levels.h"
#include "daemon/queue/queue_types.h"

namespace syncq {

// The queues and messages as rows. Knows no rules. Every call may throw
// StoreError. One thread.
class QueueStore {
 public:
  virtual ~QueueStore() = default;

  virtual std::optional<Queue> find_queue(std::int64_t id) = 0;
  virtual std::optional<Queue> find_queue(const Uuid& uuid) = 0;
  virtual std::optional<Queue> find_queue_named(std::string_view name) = 0;
  // Sets id and generation.
  virtual void insert_queue(Queue& queue) = 0;
  // Writes next_offset, size, leased and delayed.
  virtual void update_queue(const Queue& queue) = 0;
  // Writes all of its config that can change, and paused.
  virtual void update_settings(const Queue& queue) = 0;
  // Writes blocked.
  virtual void update_blocked(const Queue& queue) = 0;
  virtual void delete_queue(std::int64_t id) = 0;
  virtual std::int64_t count_queues() = 0;
  // By rank, from the one behind `after`.
  virtual std::vector<Queue> list_queues(const QueueRank& after, int limit) = 0;

  // Gives the queue an empty generation, never used before. Apart from
  // update_queue, which would write one more page per transaction with its
  // index.
  virtual void renew_generation(Queue& queue) = 0;
  // What is in the generation is removed by purge_some.
  virtual void purge_generation(std::int64_t generation) = 0;
  // Removes at most `limit` rows of generations to be purged. False: nothing
  // left.
  virtual bool purge_some(int limit) = 0;

  // Takes the message.
  virtual void insert_message(std::int64_t generation, Message&& message) = 0;
  virtual void delete_message(std::int64_t generation, std::int64_t offset) = 0;
  virtual std::optional<Message> first_message(std::int64_t generation) = 0;
  virtual std::optional<Message> last_message(std::int64_t generation) = 0;
  // The message with `index` others before it. Needs the counts.
  virtual std::optional<Message> nth_message(std::int64_t generation,
                                             std::int64_t index) = 0;
  // Shows the messages from that offset on, in order, until `see` returns
  // false. It must not change the store.
  virtual void visit_messages(
      std::int64_t generation, std::int64_t offset,
      const std::function<bool(const Message&)>& see) = 0;
  // Adds to the number of messages at the kCountSpan offsets from `offset`
  // rounded down to a multiple of it.
  virtual void add_count(std::int64_t generation, std::int64_t offset,
                         std::int64_t delta) = 0;

  virtual void insert_unavailable(const Unavailable& unavailable) = 0;
  virtual std::optional<Unavailable> find_lease(const Uuid& lease) = 0;
  virtual void delete_unavailable(std::int64_t generation,
                                  std::int64_t offset) = 0;
  virtual void set_unavailable_until(std::int64_t generation,
                                     std::int64_t offset, Instant until) = 0;
  // As visit_messages.
  virtual void visit_unavailable(
      std::int64_t generation, std::int64_t offset,
      const std::function<bool(const Unavailable&)>& see) = 0;
  virtual std::optional<Unavailable> due_unavailable(Instant now) = 0;
  // Moves each lease that ends before `least` to that time.
  virtual void extend_leases(Instant least) = 0;

  // The messages of a generation that stand in line in a group.
  virtual void add_to_group(std::int64_t generation, std::string_view group,
                            std::int64_t offset) = 0;
  virtual void remove_from_group(std::int64_t generation,
                                 std::string_view group,
                                 std::int64_t offset) = 0;
  virtual std::optional<std::int64_t> first_of_group(
      std::int64_t generation, std::string_view group) = 0;

  struct Expired {
    std::int64_t generation = 0;
    Message message;  // of which only what places it is there
  };
  // A readable message whose time to live is over.
  virtual std::optional<Expired> due_expired(Instant now) = 0;
  virtual std::optional<Queue> find_queue_of_generation(
      std::int64_t generation) = 0;

  // An idempotency key with the last sequence number stored under it.
  struct Key {
    std::int64_t sequence = 0;
    Instant expires;
  };
  virtual std::optional<Key> find_key(std::int64_t queue,
                                      std::string_view key) = 0;
  virtual void put_key(std::int64_t queue, std::string_view key,
                       const Key& value) = 0;
  // The same for a key that is there, without its expiry: half the cost.
  virtual void advance_key(std::int64_t queue, std::string_view key,
                           std::int64_t sequence) = 0;
  // Keys of a queue that is gone are forgotten like others, by their time.
  virtual int forget_keys(Instant now, int limit) = 0;
  // Forgets those that would be forgotten first.
  virtual int forget_oldest_keys(int limit) = 0;
  virtual std::int64_t count_keys() = 0;

  // The nearest time at which something above is due.
  virtual std::optional<Instant> next_deadline() = 0;
};

}  // namespace syncq
