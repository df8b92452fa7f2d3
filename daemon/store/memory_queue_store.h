#pragma once

#include <memory>

#include "daemon/commit/transactions.h"
#include "daemon/queue/queue_store.h"

namespace syncq {

namespace memory {
struct Tables;
}

// The queues and messages of this process: gone with it. They never touch the
// disk.
class MemoryQueueStore final : public QueueStore, public Transactions {
 public:
  MemoryQueueStore();
  ~MemoryQueueStore() override;

  bool dirty() const override;
  void commit() override;
  void sync() override {}
  void rollback() noexcept override;

  std::optional<Queue> find_queue(std::int64_t id) override;
  std::optional<Queue> find_queue(const Uuid& uuid) override;
  std::optional<Queue> find_queue_named(std::string_view name) override;
  std::optional<Queue> find_queue_of_generation(
      std::int64_t generation) override;
  void insert_queue(Queue& queue) override;
  void update_queue(const Queue& queue) override;
  void update_settings(const Queue& queue) override;
  void update_blocked(const Queue& queue) override;
  void delete_queue(std::int64_t id) override;
  std::int64_t count_queues() override;
  std::vector<Queue> list_queues(const QueueRank& after, int limit) override;

  void renew_generation(Queue& queue) override;
  void purge_generation(std::int64_t generation) override;
  bool purge_some(int limit) override;

  void insert_message(std::int64_t generation, Message&& message) override;
  void delete_message(std::int64_t generation, std::int64_t offset) override;
  std::optional<Message> first_message(std::int64_t generation) override;
  std::optional<Message> last_message(std::int64_t generation) override;
  std::optional<Message> nth_message(std::int64_t generation,
                                     std::int64_t index) override;
  void visit_messages(std::int64_t generation, std::int64_t offset,
                      const std::function<bool(const Message&)>& see) override;
  void add_count(std::int64_t generation, std::int64_t offset,
                 std::int64_t delta) override;

  void insert_unavailable(const Unavailable& unavailable) override;
  std::optional<Unavailable> find_lease(const Uuid& lease) override;
  void delete_unavailable(std::int64_t generation,
                          std::int64_t offset) override;
  void set_unavailable_until(std::int64_t generation, std::int64_t offset,
                             Instant until) override;
  void visit_unavailable(
      std::int64_t generation, std::int64_t offset,
      const std::function<bool(const Unavailable&)>& see) override;
  std::optional<Unavailable> due_unavailable(Instant now) override;
  void extend_leases(Instant least) override;
  void add_to_group(std::int64_t generation, std::string_view group,
                    std::int64_t offset) override;
  void remove_from_group(std::int64_t generation, std::string_view group,
                         std::int64_t offset) override;
  std::optional<std::int64_t> first_of_group(std::int64_t generation,
                                             std::string_view group) override;
  std::optional<Expired> due_expired(Instant now) override;

  std::optional<Key> find_key(std::int64_t queue,
                              std::string_view key) override;
  void put_key(std::int64_t queue, std::string_view key,
               const Key& value) override;
  void advance_key(std::int64_t queue, std::string_view key,
                   std::int64_t sequence) override;
  int forget_keys(Instant now, int limit) override;
  int forget_oldest_keys(int limit) override;
  std::int64_t count_keys() override;
  std::optional<Instant> next_deadline() override;

 private:
  std::unique_ptr<memory::Tables> tables_;
  // Never used twice, not even those of an aborted transaction.
  std::int64_t last_queue_ = 0;
  std::int64_t last_bin_ = 0;
};

}  // namespace syncq
