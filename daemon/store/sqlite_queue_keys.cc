// Idempotency keys in SQLite.

#include "daemon/store/sqlite_queue_store.h"

namespace syncq {

using sqlite::Cursor;

std::optional<QueueStore::Key> SqliteQueueStore::find_key(
    std::int64_t queue, std::string_view key) {
  Cursor row = find_key_.query(queue, key);
  if (!row.next()) return std::nullopt;
  return Key{row.integer(0), row.instant(1)};
}

void SqliteQueueStore::put_key(std::int64_t queue, std::string_view key,
                               const Key& value) {
  put_key_.run(queue, key, value.sequence, value.expires);
}

void SqliteQueueStore::advance_key(std::int64_t queue, std::string_view key,
                                   std::int64_t sequence) {
  advance_key_.run(sequence, queue, key);
}

// One by one: for a set of keys SQLite would go through all there are.
int SqliteQueueStore::forget_keys(Instant now, int limit) {
  std::vector<std::pair<std::int64_t, std::string>> due;
  {
    Cursor row = due_keys_.query(now, limit);
    while (row.next()) due.emplace_back(row.integer(0), row.text(1));
  }
  for (const auto& [queue, key] : due) {
    delete_key_.run(queue, std::string_view(key));
  }
  return static_cast<int>(due.size());
}

int SqliteQueueStore::forget_oldest_keys(int limit) {
  return forget_keys(Instant::max(), limit);
}

std::int64_t SqliteQueueStore::count_keys() {
  return database_.pragma("SELECT count(*) FROM idempotency_keys");
}

}  // namespace syncq
