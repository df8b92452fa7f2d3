#include "daemon/store/sqlite_queue_store.h"

#include <fmt/format.h>

#include "daemon/store/message_ids.h"

namespace syncq {
namespace {

using sqlite::Cursor;

constexpr std::string_view kQueueColumns =
    "id, uuid, name, ephemeral, capacity, overflow, max_attempts, dead_letter, "
    "created, bin, next_place, size, leased, delayed, "
    "paused, in_flight, rate, rate_per, blocked";
constexpr std::string_view kMessageColumns =
    "id, attempts, expires, type, body, pushed";
constexpr std::string_view kHiddenColumns =
    "id, attempts, expires, type, body, pushed, queue, lease, until";
constexpr std::string_view kRareColumns =
    "dead_queue, dead_attempts, dead_reason, dead_since, in_group";
// Of a message that is alive and in no group they are null, and not written.
constexpr int kRareOfMessage = 6;
constexpr int kRareOfHidden = 9;

std::string select_queue(std::string_view rest) {
  return fmt::format("SELECT {} FROM queues {}", kQueueColumns, rest);
}
std::string select_message(std::string_view rest) {
  return fmt::format("SELECT {}, {} FROM messages {}", kMessageColumns,
                     kRareColumns, rest);
}
std::string select_hidden(std::string_view rest) {
  return fmt::format("SELECT {}, {} FROM hidden {}", kHiddenColumns,
                     kRareColumns, rest);
}

Queue read_queue(const Cursor& row) {
  Queue queue;
  queue.id = row.integer(0);
  queue.uuid = row.uuid(1);
  queue.config.name = row.text(2);
  queue.config.ephemeral = row.integer(3) != 0;
  if (!row.is_null(4)) queue.config.capacity = row.integer(4);
  queue.config.overflow = static_cast<Overflow>(row.integer(5));
  queue.config.max_attempts = row.integer(6);
  queue.config.dead_letter = row.text(7);
  queue.created = row.integer(8);
  queue.generation = row.integer(9);
  queue.next_offset = row.integer(10);
  queue.size = row.integer(11);
  queue.leased = row.integer(12);
  queue.delayed = row.integer(13);
  queue.paused = row.integer(14) != 0;
  queue.config.in_flight = row.integer(15);
  queue.config.rate = {row.integer(16), Duration(row.integer(17))};
  queue.blocked = row.integer(18);
  return queue;
}

std::shared_ptr<const DeadLetter> read_dead(const Cursor& row, int column) {
  if (row.is_null(column)) return nullptr;
  return std::make_shared<DeadLetter>(
      DeadLetter{std::string(row.text(column)), row.integer(column + 1),
                 std::string(row.text(column + 2)), row.integer(column + 3)});
}

Message read_stored(const Cursor& row, int rare_column) {
  Message message;
  message.offset = offset_of(row.integer(0));
  message.attempts = row.integer(1);
  message.expires = row.maybe_instant(2);
  message.type = row.text(3);
  message.body = row.text(4);
  message.pushed = row.maybe_instant(5);
  message.dead = read_dead(row, rare_column);
  int group_column = rare_column + 4;
  if (!row.is_null(group_column)) message.group = row.text(group_column);
  return message;
}

Message read_message(const Cursor& row) {
  return read_stored(row, kRareOfMessage);
}

Unavailable read_hidden(const Cursor& row) {
  Unavailable unavailable;
  unavailable.generation = bin_of(row.integer(0));
  unavailable.message = read_stored(row, kRareOfHidden);
  unavailable.queue = row.integer(6);
  if (!row.is_null(7)) unavailable.lease = row.uuid(7);
  unavailable.until = row.instant(8);
  return unavailable;
}

}  // namespace

SqliteQueueStore::SqliteQueueStore(sqlite::Database& db)
    : database_(db),
      queue_by_id_(db, select_queue("WHERE id = ?")),
      queue_by_uuid_(db, select_queue("WHERE uuid = ?")),
      queue_by_name_(db, select_queue("WHERE name = ?")),
      queue_by_bin_(db, select_queue("WHERE bin = ?")),
      insert_queue_(db, fmt::format("INSERT INTO queues({}) VALUES(NULL, ?, ?, "
                                    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                    "?, ?)",
                                    kQueueColumns)),
      update_queue_(db,
                    "UPDATE queues SET next_place = ?, size = ?, leased = ?, "
                    "delayed = ? WHERE id = ?"),
      update_settings_(db,
                       "UPDATE queues SET capacity = ?, overflow = ?, "
                       "max_attempts = ?, dead_letter = ?, paused = ?, "
                       "in_flight = ?, rate = ?, rate_per = ? WHERE id = ?"),
      update_blocked_(db, "UPDATE queues SET blocked = ? WHERE id = ?"),
      change_bin_(db, "UPDATE queues SET bin = ? WHERE id = ?"),
      delete_queue_(db, "DELETE FROM queues WHERE id = ?"),
      list_queues_(db, select_queue("WHERE (created, uuid) > (?, ?) "
                                    "ORDER BY created, uuid LIMIT ?")),
      new_bin_(db, "INSERT INTO bins DEFAULT VALUES"),
      purge_bin_(db, "UPDATE bins SET purge = 1 WHERE id = ?"),
      next_purge_(db, "SELECT id FROM bins WHERE purge LIMIT 1"),
      purge_messages_(db,
                      "DELETE FROM messages WHERE id IN (SELECT id FROM "
                      "messages WHERE id BETWEEN ? AND ? LIMIT ?)"),
      purge_hidden_(db,
                    "DELETE FROM hidden WHERE id IN (SELECT id FROM hidden "
                    "WHERE id BETWEEN ? AND ? LIMIT ?)"),
      purge_counts_(db,
                    "DELETE FROM counts WHERE bin = ?1 AND (level, span) IN "
                    "(SELECT level, span FROM counts WHERE bin = ?1 LIMIT "
                    "?2)"),
      purge_groups_(db,
                    "DELETE FROM message_groups WHERE bin = ?1 AND (name, "
                    "place) IN (SELECT name, place FROM message_groups WHERE "
                    "bin = ?1 LIMIT ?2)"),
      delete_bin_(db, "DELETE FROM bins WHERE id = ?"),
      insert_message_(db, fmt::format("INSERT INTO messages({}) VALUES(?, ?, "
                                      "?, ?, ?, ?)",
                                      kMessageColumns)),
      insert_rare_(db, fmt::format("INSERT INTO messages({}, {}) VALUES(?, ?, "
                                   "?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                   kMessageColumns, kRareColumns)),
      delete_message_(db, "DELETE FROM messages WHERE id = ?"),
      first_message_(db, select_message("WHERE id BETWEEN ? AND ? ORDER BY id "
                                        "LIMIT 1")),
      last_message_(db, select_message("WHERE id BETWEEN ? AND ? ORDER BY id "
                                       "DESC LIMIT 1")),
      message_ids_(db,
                   "SELECT id FROM messages WHERE id BETWEEN ? AND ? ORDER BY "
                   "id LIMIT 1 OFFSET ?"),
      message_by_id_(db, select_message("WHERE id = ?")),
      messages_from_(db,
                     select_message("WHERE id BETWEEN ? AND ? ORDER BY id")),
      // Not one upsert: SQLite keeps a journal of its own for that, and
      // RETURNING a table; three plain statements cost a quarter.
      add_count_(db,
                 "UPDATE counts SET messages = messages + ? WHERE bin = ? AND "
                 "level = ? AND span = ?"),
      insert_count_(db,
                    "INSERT INTO counts(messages, bin, level, span) "
                    "VALUES(?, ?, ?, ?)"),
      drop_empty_count_(db,
                        "DELETE FROM counts WHERE bin = ? AND level = ? AND "
                        "span = ? AND messages = 0"),
      counts_(db,
              "SELECT span, messages FROM counts WHERE bin = ? AND level = ? "
              "AND span BETWEEN ? AND ? ORDER BY span"),
      insert_unavailable_(db,
                          fmt::format("INSERT INTO hidden({}) VALUES(?, ?, ?, "
                                      "?, ?, ?, ?, ?, ?)",
                                      kHiddenColumns)),
      insert_hidden_rare_(
          db, fmt::format("INSERT INTO hidden({}, {}) VALUES(?, ?, ?, ?, ?, ?, "
                          "?, ?, ?, ?, ?, ?, ?, ?)",
                          kHiddenColumns, kRareColumns)),
      hidden_by_lease_(db, select_hidden("WHERE lease = ?")),
      delete_unavailable_(db, "DELETE FROM hidden WHERE id = ?"),
      set_unavailable_until_(db, "UPDATE hidden SET until = ? WHERE id = ?"),
      hidden_from_(db, select_hidden("WHERE id BETWEEN ? AND ? ORDER BY id")),
      due_hidden_(db, select_hidden("WHERE until <= ? ORDER BY until, id LIMIT "
                                    "1")),
      extend_leases_(db,
                     "UPDATE hidden SET until = ?1 WHERE until < ?1 AND lease "
                     "IS NOT NULL"),
      due_expired_(db,
                   "SELECT id, in_group FROM messages WHERE expires "
                   "IS NOT NULL AND expires <= ? ORDER BY expires LIMIT 1"),
      add_to_group_(db, "INSERT INTO message_groups VALUES(?, ?, ?)"),
      remove_from_group_(db,
                         "DELETE FROM message_groups WHERE bin = ? AND name = "
                         "? AND place = ?"),
      first_of_group_(db,
                      "SELECT place FROM message_groups WHERE bin = ? AND name "
                      "= ? ORDER BY place LIMIT 1"),
      find_key_(
          db,
          "SELECT sequence, expires FROM idempotency_keys WHERE queue = ? AND "
          "key = ?"),
      put_key_(db,
               "INSERT OR REPLACE INTO idempotency_keys VALUES(?, ?, ?, ?)"),
      advance_key_(db,
                   "UPDATE idempotency_keys SET sequence = ? WHERE queue = ? "
                   "AND key = ?"),
      due_keys_(db,
                "SELECT queue, key FROM idempotency_keys WHERE expires <= ? "
                "ORDER BY expires LIMIT ?"),
      delete_key_(db,
                  "DELETE FROM idempotency_keys WHERE queue = ? AND key = ?"),
      next_deadline_(db,
                     "SELECT min(d) FROM (SELECT min(until) AS d FROM hidden "
                     "UNION ALL SELECT min(expires) FROM messages WHERE "
                     "expires IS NOT NULL UNION ALL SELECT min(expires) FROM "
                     "idempotency_keys)") {}

std::optional<Queue> SqliteQueueStore::find_queue(std::int64_t id) {
  return one(queue_by_id_.query(id), read_queue);
}

std::optional<Queue> SqliteQueueStore::find_queue(const Uuid& uuid) {
  return one(queue_by_uuid_.query(uuid), read_queue);
}

std::optional<Queue> SqliteQueueStore::find_queue_named(std::string_view name) {
  return one(queue_by_name_.query(name), read_queue);
}

std::optional<Queue> SqliteQueueStore::find_queue_of_generation(
    std::int64_t generation) {
  return one(queue_by_bin_.query(generation), read_queue);
}

void SqliteQueueStore::insert_queue(Queue& queue) {
  queue.generation = new_bin();
  const QueueConfig& config = queue.config;
  insert_queue_.run(
      queue.uuid, std::string_view(config.name), config.ephemeral,
      config.capacity, static_cast<int>(config.overflow), config.max_attempts,
      std::string_view(config.dead_letter), queue.created, queue.generation,
      queue.next_offset, queue.size, queue.leased, queue.delayed, queue.paused,
      config.in_flight, config.rate.count, config.rate.per, queue.blocked);
  queue.id = database_.last_insert_rowid();
}

void SqliteQueueStore::update_queue(const Queue& queue) {
  update_queue_.run(queue.next_offset, queue.size, queue.leased, queue.delayed,
                    queue.id);
}

void SqliteQueueStore::update_settings(const Queue& queue) {
  const QueueConfig& config = queue.config;
  update_settings_.run(
      config.capacity, static_cast<int>(config.overflow), config.max_attempts,
      std::string_view(config.dead_letter), queue.paused, config.in_flight,
      config.rate.count, config.rate.per, queue.id);
}

void SqliteQueueStore::delete_queue(std::int64_t id) { delete_queue_.run(id); }

std::vector<Queue> SqliteQueueStore::list_queues(const QueueRank& after,
                                                 int limit) {
  std::vector<Queue> queues;
  Cursor row = list_queues_.query(after.created, after.uuid, limit);
  while (row.next()) queues.push_back(read_queue(row));
  return queues;
}

void SqliteQueueStore::delete_message(std::int64_t generation,
                                      std::int64_t offset) {
  delete_message_.run(message_id(generation, offset));
}

std::optional<Message> SqliteQueueStore::first_message(
    std::int64_t generation) {
  return one(first_message_.query(first_id(generation), last_id(generation)),
             read_message);
}

std::optional<Message> SqliteQueueStore::last_message(std::int64_t generation) {
  return one(last_message_.query(first_id(generation), last_id(generation)),
             read_message);
}

std::optional<Message> SqliteQueueStore::nth_message(std::int64_t generation,
                                                     std::int64_t index) {
  auto span = find_span(index, last_id(0),
                        [&](int level, std::int64_t from, std::int64_t to,
                            std::int64_t& left) -> std::optional<std::int64_t> {
                          Cursor row =
                              counts_.query(generation, level, from, to);
                          while (row.next()) {
                            if (left < row.integer(1)) return row.integer(0);
                            left -= row.integer(1);
                          }
                          return std::nullopt;
                        });
  if (!span) return std::nullopt;
  std::int64_t first = message_id(generation, span->first_place);
  std::int64_t id = 0;
  {
    Cursor row = message_ids_.query(first, first + kCountSpan - 1, span->index);
    if (!row.next()) return std::nullopt;
    id = row.integer(0);
  }
  return one(message_by_id_.query(id), read_message);
}

void SqliteQueueStore::visit_messages(
    std::int64_t generation, std::int64_t offset,
    const std::function<bool(const Message&)>& see) {
  Cursor row =
      messages_from_.query(message_id(generation, offset), last_id(generation));
  while (row.next() && see(read_message(row))) {
  }
}

void SqliteQueueStore::add_count(std::int64_t generation, std::int64_t offset,
                                 std::int64_t delta) {
  for (int level = 1; level <= kCountLevels; ++level) {
    std::int64_t span = offset >> (kCountShift * level);
    add_count_.run(delta, generation, level, span);
    if (database_.changes() == 0)
      insert_count_.run(delta, generation, level, span);
    if (delta < 0) drop_empty_count_.run(generation, level, span);
  }
}

std::optional<Unavailable> SqliteQueueStore::find_lease(const Uuid& lease) {
  return one(hidden_by_lease_.query(lease), read_hidden);
}

void SqliteQueueStore::delete_unavailable(std::int64_t generation,
                                          std::int64_t offset) {
  delete_unavailable_.run(message_id(generation, offset));
}

void SqliteQueueStore::set_unavailable_until(std::int64_t generation,
                                             std::int64_t offset,
                                             Instant until) {
  set_unavailable_until_.run(until, message_id(generation, offset));
}

void SqliteQueueStore::visit_unavailable(
    std::int64_t generation, std::int64_t offset,
    const std::function<bool(const Unavailable&)>& see) {
  Cursor row =
      hidden_from_.query(message_id(generation, offset), last_id(generation));
  while (row.next() && see(read_hidden(row))) {
  }
}

std::optional<Unavailable> SqliteQueueStore::due_unavailable(Instant now) {
  return one(due_hidden_.query(now), read_hidden);
}

void SqliteQueueStore::extend_leases(Instant least) {
  extend_leases_.run(least);
}

std::optional<QueueStore::Expired> SqliteQueueStore::due_expired(Instant now) {
  Cursor row = due_expired_.query(now);
  if (!row.next()) return std::nullopt;
  Expired expired{bin_of(row.integer(0)), {}};
  expired.message.offset = offset_of(row.integer(0));
  // Dead letters have no time to live.
  expired.message.group = row.text(1);
  return expired;
}

std::optional<Instant> SqliteQueueStore::next_deadline() {
  Cursor row = next_deadline_.query();
  row.next();
  return row.maybe_instant(0);
}

}  // namespace syncq
