// Messages as rows of SQLite, and the groups that they are in.

#include "daemon/store/message_ids.h"
#include "daemon/store/sqlite_queue_store.h"

namespace syncq {

using sqlite::Cursor;

namespace {

bool is_rare(const Message& message) {
  return message.dead != nullptr || !message.group.empty();
}

// What kRareColumns are of it.
struct Rare {
  explicit Rare(const Message& message) {
    if (!message.group.empty()) group = message.group;
    const DeadLetter* dead = message.dead.get();
    if (dead == nullptr) return;
    queue = dead->queue;
    attempts = dead->attempts;
    reason = dead->reason;
    since = dead->since;
  }

  std::optional<std::string_view> queue;
  std::optional<std::int64_t> attempts;
  std::optional<std::string_view> reason;
  std::optional<std::int64_t> since;
  std::optional<std::string_view> group;
};

}  // namespace

void SqliteQueueStore::insert_message(std::int64_t generation,
                                      Message&& message) {
  std::int64_t id = message_id(generation, message.offset);
  if (is_rare(message)) {
    const Rare rare(message);
    return insert_rare_.run(
        id, message.attempts, message.expires, std::string_view(message.type),
        std::string_view(message.body), message.pushed, rare.queue,
        rare.attempts, rare.reason, rare.since, rare.group);
  }
  insert_message_.run(id, message.attempts, message.expires,
                      std::string_view(message.type),
                      std::string_view(message.body), message.pushed);
}

void SqliteQueueStore::insert_unavailable(const Unavailable& unavailable) {
  const Message& message = unavailable.message;
  std::int64_t id = message_id(unavailable.generation, message.offset);
  if (is_rare(message)) {
    const Rare rare(message);
    return insert_hidden_rare_.run(
        id, message.attempts, message.expires, std::string_view(message.type),
        std::string_view(message.body), message.pushed, unavailable.queue,
        unavailable.lease, unavailable.until, rare.queue, rare.attempts,
        rare.reason, rare.since, rare.group);
  }
  insert_unavailable_.run(
      id, message.attempts, message.expires, std::string_view(message.type),
      std::string_view(message.body), message.pushed, unavailable.queue,
      unavailable.lease, unavailable.until);
}

void SqliteQueueStore::add_to_group(std::int64_t generation,
                                    std::string_view group,
                                    std::int64_t offset) {
  add_to_group_.run(generation, group, offset);
}

void SqliteQueueStore::remove_from_group(std::int64_t generation,
                                         std::string_view group,
                                         std::int64_t offset) {
  remove_from_group_.run(generation, group, offset);
}

std::optional<std::int64_t> SqliteQueueStore::first_of_group(
    std::int64_t generation, std::string_view group) {
  Cursor row = first_of_group_.query(generation, group);
  if (!row.next()) return std::nullopt;
  return row.integer(0);
}

void SqliteQueueStore::update_blocked(const Queue& queue) {
  update_blocked_.run(queue.blocked, queue.id);
}

}  // namespace syncq
