#include "daemon/store/memory_queue_store.h"

#include "daemon/store/memory_tables.h"

namespace syncq {
namespace {

using memory::Address;
using memory::Tables;

// A copy of a row, if there is one.
template <typename Index, typename Key>
std::optional<typename Index::value_type> one(const Index& index,
                                              const Key& key) {
  auto found = index.find(key);
  if (found == index.end()) return std::nullopt;
  return *found;
}

template <typename Table, typename Key>
bool erase(Table& table, const Key& key) {
  auto found = table.rows().find(key);
  if (found == table.rows().end()) return false;
  table.erase(found);
  return true;
}

// Changes a row that is there.
template <typename Table, typename Key, typename Change>
void change(Table& table, const Key& key, Change&& change) {
  auto found = table.rows().find(key);
  if (found == table.rows().end()) return;
  auto row = *found;
  change(row);
  table.replace(found, std::move(row));
}

int purge_hidden(Tables& tables, std::int64_t generation, int limit) {
  const auto& rows = tables.unavailable.rows();
  int count = 0;
  for (; count < limit; ++count) {
    auto row = rows.lower_bound(Address{generation, 0});
    if (row == rows.end() || row->generation != generation) break;
    tables.unavailable.erase(row);
  }
  return count;
}

int purge_groups(Tables& tables, std::int64_t generation, int limit) {
  const auto& rows = tables.groups.rows();
  int count = 0;
  for (; count < limit; ++count) {
    auto row = rows.lower_bound(memory::GroupPlace{generation, "", 0});
    if (row == rows.end() || row->generation != generation) break;
    tables.groups.erase(row);
  }
  return count;
}

void remove(Tables& tables, std::int64_t generation, const Message& message) {
  std::int64_t offset = message.offset;
  if (message.expires) {
    erase(tables.expiries,
          memory::Expiry{*message.expires, {generation, offset}});
  }
  tables.messages.erase(generation, offset);
}

int purge_messages(Tables& tables, std::int64_t generation, int limit) {
  int count = 0;
  for (; count < limit; ++count) {
    const Message* message = tables.messages.first(generation);
    if (message == nullptr) break;
    remove(tables, generation, *message);
  }
  return count;
}

std::optional<Message> copy(const Message* message) {
  if (message == nullptr) return std::nullopt;
  return *message;
}

}  // namespace

MemoryQueueStore::MemoryQueueStore() : tables_(std::make_unique<Tables>()) {}

MemoryQueueStore::~MemoryQueueStore() = default;

bool MemoryQueueStore::dirty() const {
  bool changed = false;
  tables_->each([&](const auto& table) { changed |= table.changed(); });
  return changed;
}

void MemoryQueueStore::commit() {
  tables_->each([](auto& table) { table.commit(); });
}

void MemoryQueueStore::rollback() noexcept {
  tables_->each([](auto& table) { table.rollback(); });
}

std::optional<Queue> MemoryQueueStore::find_queue(std::int64_t id) {
  return one(tables_->queues.rows().get<memory::ById>(), id);
}

std::optional<Queue> MemoryQueueStore::find_queue(const Uuid& uuid) {
  return one(tables_->queues.rows().get<memory::ByUuid>(), uuid);
}

std::optional<Queue> MemoryQueueStore::find_queue_named(std::string_view name) {
  return one(tables_->queues.rows().get<memory::ByName>(), name);
}

std::optional<Queue> MemoryQueueStore::find_queue_of_generation(
    std::int64_t generation) {
  return one(tables_->queues.rows().get<memory::ByBin>(), generation);
}

void MemoryQueueStore::insert_queue(Queue& queue) {
  queue.id = ++last_queue_;
  queue.generation = ++last_bin_;
  tables_->queues.insert(queue);
}

void MemoryQueueStore::update_queue(const Queue& queue) {
  change(tables_->queues, queue.id, [&](Queue& row) {
    row.next_offset = queue.next_offset;
    row.size = queue.size;
    row.leased = queue.leased;
    row.delayed = queue.delayed;
  });
}

void MemoryQueueStore::update_settings(const Queue& queue) {
  change(tables_->queues, queue.id, [&](Queue& row) {
    row.config = queue.config;
    row.paused = queue.paused;
  });
}

void MemoryQueueStore::update_blocked(const Queue& queue) {
  change(tables_->queues, queue.id,
         [&](Queue& row) { row.blocked = queue.blocked; });
}

void MemoryQueueStore::delete_queue(std::int64_t id) {
  erase(tables_->queues, id);
}

std::int64_t MemoryQueueStore::count_queues() {
  return static_cast<std::int64_t>(tables_->queues.rows().size());
}

std::vector<Queue> MemoryQueueStore::list_queues(const QueueRank& after,
                                                 int limit) {
  const auto& rows = tables_->queues.rows().get<memory::ByRank>();
  std::vector<Queue> queues;
  for (auto row = rows.upper_bound(after); row != rows.end() && limit-- > 0;
       ++row) {
    queues.push_back(*row);
  }
  return queues;
}

void MemoryQueueStore::renew_generation(Queue& queue) {
  queue.generation = ++last_bin_;
  change(tables_->queues, queue.id,
         [&](Queue& row) { row.generation = queue.generation; });
}

void MemoryQueueStore::purge_generation(std::int64_t generation) {
  tables_->purged.insert(generation);
}

bool MemoryQueueStore::purge_some(int limit) {
  const auto& generations = tables_->purged.rows();
  if (generations.empty()) return false;
  std::int64_t generation = *generations.begin();
  int purged = purge_messages(*tables_, generation, limit);
  purged += purge_hidden(*tables_, generation, limit);
  purged += purge_groups(*tables_, generation, limit);
  if (purged == 0) {
    tables_->messages.close(generation);
    tables_->purged.erase(generations.begin());
  }
  return true;
}

void MemoryQueueStore::insert_message(std::int64_t generation,
                                      Message&& message) {
  if (message.expires) {
    tables_->expiries.insert({*message.expires, {generation, message.offset}});
  }
  tables_->messages.insert(generation, std::move(message));
}

void MemoryQueueStore::delete_message(std::int64_t generation,
                                      std::int64_t offset) {
  const Message* message = tables_->messages.at(generation, offset);
  if (message != nullptr) remove(*tables_, generation, *message);
}

std::optional<Message> MemoryQueueStore::first_message(
    std::int64_t generation) {
  return copy(tables_->messages.first(generation));
}

std::optional<Message> MemoryQueueStore::last_message(std::int64_t generation) {
  return copy(tables_->messages.last(generation));
}

std::optional<Message> MemoryQueueStore::nth_message(std::int64_t generation,
                                                     std::int64_t index) {
  return copy(tables_->messages.nth(generation, index));
}

void MemoryQueueStore::visit_messages(
    std::int64_t generation, std::int64_t offset,
    const std::function<bool(const Message&)>& see) {
  tables_->messages.visit(generation, offset, see);
}

void MemoryQueueStore::add_count(std::int64_t generation, std::int64_t offset,
                                 std::int64_t delta) {
  tables_->messages.count(generation, offset, delta);
}

void MemoryQueueStore::insert_unavailable(const Unavailable& unavailable) {
  tables_->unavailable.insert(unavailable);
}

std::optional<Unavailable> MemoryQueueStore::find_lease(const Uuid& lease) {
  return one(tables_->unavailable.rows().get<memory::ByLease>(),
             std::optional(lease));
}

void MemoryQueueStore::delete_unavailable(std::int64_t generation,
                                          std::int64_t offset) {
  erase(tables_->unavailable, Address{generation, offset});
}

void MemoryQueueStore::set_unavailable_until(std::int64_t generation,
                                             std::int64_t offset,
                                             Instant until) {
  change(tables_->unavailable, Address{generation, offset},
         [&](Unavailable& row) { row.until = until; });
}

void MemoryQueueStore::visit_unavailable(
    std::int64_t generation, std::int64_t offset,
    const std::function<bool(const Unavailable&)>& see) {
  const auto& rows = tables_->unavailable.rows();
  auto row = rows.lower_bound(Address{generation, offset});
  while (row != rows.end() && row->generation == generation && see(*row)) ++row;
}

std::optional<Unavailable> MemoryQueueStore::due_unavailable(Instant now) {
  const auto& rows = tables_->unavailable.rows().get<memory::ByTime>();
  if (rows.empty() || rows.begin()->until > now) return std::nullopt;
  return *rows.begin();
}

void MemoryQueueStore::extend_leases(Instant least) {
  std::vector<Address> ending;
  for (const Unavailable& row :
       tables_->unavailable.rows().get<memory::ByTime>()) {
    if (row.until >= least) break;
    if (row.lease) ending.push_back(memory::address_of(row));
  }
  for (const Address& at : ending)
    set_unavailable_until(at.generation, at.offset, least);
}

std::optional<QueueStore::Expired> MemoryQueueStore::due_expired(Instant now) {
  const auto& rows = tables_->expiries.rows();
  if (rows.empty() || rows.begin()->when > now) return std::nullopt;
  const Address& at = rows.begin()->at;
  Expired expired{at.generation, {}};
  expired.message.offset = at.offset;
  expired.message.group = tables_->messages.at(at.generation, at.offset)->group;
  return expired;
}

void MemoryQueueStore::add_to_group(std::int64_t generation,
                                    std::string_view group,
                                    std::int64_t offset) {
  tables_->groups.insert({generation, std::string(group), offset});
}

void MemoryQueueStore::remove_from_group(std::int64_t generation,
                                         std::string_view group,
                                         std::int64_t offset) {
  erase(tables_->groups,
        memory::GroupPlace{generation, std::string(group), offset});
}

std::optional<std::int64_t> MemoryQueueStore::first_of_group(
    std::int64_t generation, std::string_view group) {
  const auto& rows = tables_->groups.rows();
  auto row =
      rows.lower_bound(memory::GroupPlace{generation, std::string(group), 0});
  bool found =
      row != rows.end() && row->generation == generation && row->group == group;
  if (!found) return std::nullopt;
  return row->offset;
}

std::optional<QueueStore::Key> MemoryQueueStore::find_key(
    std::int64_t queue, std::string_view key) {
  auto row =
      one(tables_->keys.rows(), memory::KeyName{queue, std::string(key)});
  if (!row) return std::nullopt;
  return row->value;
}

void MemoryQueueStore::put_key(std::int64_t queue, std::string_view key,
                               const Key& value) {
  memory::KeyName name{queue, std::string(key)};
  erase(tables_->keys, name);
  tables_->keys.insert({std::move(name), value});
}

void MemoryQueueStore::advance_key(std::int64_t queue, std::string_view key,
                                   std::int64_t sequence) {
  change(tables_->keys, memory::KeyName{queue, std::string(key)},
         [&](memory::KeyRow& row) { row.value.sequence = sequence; });
}

int MemoryQueueStore::forget_keys(Instant now, int limit) {
  const auto& rows = tables_->keys.rows();
  const auto& keys = rows.get<memory::ByTime>();
  int count = 0;
  while (count < limit && !keys.empty() && keys.begin()->expires() <= now) {
    tables_->keys.erase(rows.project<0>(keys.begin()));
    ++count;
  }
  return count;
}

int MemoryQueueStore::forget_oldest_keys(int limit) {
  return forget_keys(Instant::max(), limit);
}

std::int64_t MemoryQueueStore::count_keys() {
  return static_cast<std::int64_t>(tables_->keys.rows().size());
}

std::optional<Instant> MemoryQueueStore::next_deadline() {
  std::optional<Instant> nearest;
  auto consider = [&](const auto& rows, auto time) {
    if (rows.empty()) return;
    Instant first = time(*rows.begin());
    if (!nearest || first < *nearest) nearest = first;
  };
  consider(tables_->unavailable.rows().get<memory::ByTime>(),
           [](const Unavailable& row) { return row.until; });
  consider(tables_->expiries.rows(),
           [](const memory::Expiry& row) { return row.when; });
  consider(tables_->keys.rows().get<memory::ByTime>(),
           [](const memory::KeyRow& row) { return row.expires(); });
  return nearest;
}

}  // namespace syncq
