// Generations in SQLite, and how they are cleared away.

#include "daemon/store/message_ids.h"
#include "daemon/store/sqlite_queue_store.h"

namespace syncq {

using sqlite::Cursor;

std::int64_t SqliteQueueStore::count_queues() {
  return database_.pragma("SELECT count(*) FROM queues");
}

void SqliteQueueStore::renew_generation(Queue& queue) {
  queue.generation = new_bin();
  change_bin_.run(queue.generation, queue.id);
}

std::int64_t SqliteQueueStore::new_bin() {
  new_bin_.run();
  return database_.last_insert_rowid();
}

void SqliteQueueStore::purge_generation(std::int64_t generation) {
  purge_bin_.run(generation);
}

bool SqliteQueueStore::purge_some(int limit) {
  std::int64_t generation = 0;
  {
    Cursor row = next_purge_.query();
    if (!row.next()) return false;
    generation = row.integer(0);
  }
  int purged = 0;
  purge_messages_.run(first_id(generation), last_id(generation), limit);
  purged += database_.changes();
  purge_hidden_.run(first_id(generation), last_id(generation), limit);
  purged += database_.changes();
  purge_counts_.run(generation, limit);
  purged += database_.changes();
  purge_groups_.run(generation, limit);
  purged += database_.changes();
  if (purged == 0) delete_bin_.run(generation);
  return true;
}

}  // namespace syncq
