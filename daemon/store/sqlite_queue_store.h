#pragma once

#include "daemon/queue/queue_store.h"
#include "daemon/store/sqlite.h"

namespace syncq {

// The queues and messages in SQLite. Borrows the database.
class SqliteQueueStore final : public QueueStore {
 public:
  explicit SqliteQueueStore(sqlite::Database& database);

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
  std::int64_t new_bin();
  sqlite::Database& database_;
  sqlite::Statement queue_by_id_;
  sqlite::Statement queue_by_uuid_;
  sqlite::Statement queue_by_name_;
  sqlite::Statement queue_by_bin_;
  sqlite::Statement insert_queue_;
  sqlite::Statement update_queue_;
  sqlite::Statement update_settings_;
  sqlite::Statement update_blocked_;
  sqlite::Statement change_bin_;
  sqlite::Statement delete_queue_;
  sqlite::Statement list_queues_;
  sqlite::Statement new_bin_;
  sqlite::Statement purge_bin_;
  sqlite::Statement next_purge_;
  sqlite::Statement purge_messages_;
  sqlite::Statement purge_hidden_;
  sqlite::Statement purge_counts_;
  sqlite::Statement purge_groups_;
  sqlite::Statement delete_bin_;
  sqlite::Statement insert_message_;
  sqlite::Statement insert_rare_;
  sqlite::Statement delete_message_;
  sqlite::Statement first_message_;
  sqlite::Statement last_message_;
  sqlite::Statement message_ids_;
  sqlite::Statement message_by_id_;
  sqlite::Statement messages_from_;
  sqlite::Statement add_count_;
  sqlite::Statement insert_count_;
  sqlite::Statement drop_empty_count_;
  sqlite::Statement counts_;
  sqlite::Statement insert_unavailable_;
  sqlite::Statement insert_hidden_rare_;
  sqlite::Statement hidden_by_lease_;
  sqlite::Statement delete_unavailable_;
  sqlite::Statement set_unavailable_until_;
  sqlite::Statement hidden_from_;
  sqlite::Statement due_hidden_;
  sqlite::Statement extend_leases_;
  sqlite::Statement due_expired_;
  sqlite::Statement add_to_group_;
  sqlite::Statement remove_from_group_;
  sqlite::Statement first_of_group_;
  sqlite::Statement find_key_;
  sqlite::Statement put_key_;
  sqlite::Statement advance_key_;
  sqlite::Statement due_keys_;
  sqlite::Statement delete_key_;
  sqlite::Statement next_deadline_;
};

}  // namespace syncq
