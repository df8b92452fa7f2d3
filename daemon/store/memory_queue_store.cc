#include "daemon/store/memory_queue_store.h"

#include "daemon/store/memory_tables.h"

namespace syncq {
namespace {

using memory::Address;
using memory::Tables;

// A copy of a row, where there is one.
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

int purge_hidden(Tables& tables, std::int64_t bin, int limit) {
  const auto& rows = tables.hidden.rows();
  int count = 0;
  for (; count < limit; ++count) {
    auto row = rows.lower_bound(Address{bin, 0});
    if (row == rows.end() || row->bin != bin) break;
    tables.hidden.erase(row);
  }
  return count;
}

void remove(Tables& tables, std::int64_t bin, const Message& message) {
  std::int64_t place = message.place;
  if (message.expires) {
    erase(tables.expiries, memory::Expiry{*message.expires, {bin, place}});
  }
  tables.messages.erase(bin, place);
}

int purge_messages(Tables& tables, std::int64_t bin, int limit) {
  int count = 0;
  for (; count < limit; ++count) {
    const Message* message = tables.messages.first(bin);
    if (message == nullptr) break;
    remove(tables, bin, *message);
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

std::optional<Queue> MemoryQueueStore::find_queue_of_bin(std::int64_t bin) {
  return one(tables_->queues.rows().get<memory::ByBin>(), bin);
}

void MemoryQueueStore::insert_queue(Queue& queue) {
  queue.id = ++last_queue_;
  queue.bin = ++last_bin_;
  tables_->queues.insert(queue);
}

void MemoryQueueStore::update_queue(const Queue& queue) {
  change(tables_->queues, queue.id, [&](Queue& row) {
    row.next_place = queue.next_place;
    row.size = queue.size;
    row.leased = queue.leased;
    row.delayed = queue.delayed;
  });
}

void MemoryQueueStore::delete_queue(std::int64_t id) {
  erase(tables_->queues, id);
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

void MemoryQueueStore::change_bin(Queue& queue) {
  queue.bin = ++last_bin_;
  change(tables_->queues, queue.id, [&](Queue& row) { row.bin = queue.bin; });
}

void MemoryQueueStore::purge_bin(std::int64_t bin) {
  tables_->purged.insert(bin);
}

bool MemoryQueueStore::purge_some(int limit) {
  const auto& bins = tables_->purged.rows();
  if (bins.empty()) return false;
  std::int64_t bin = *bins.begin();
  int purged = purge_messages(*tables_, bin, limit);
  purged += purge_hidden(*tables_, bin, limit);
  if (purged == 0) {
    tables_->messages.close(bin);
    tables_->purged.erase(bins.begin());
  }
  return true;
}

void MemoryQueueStore::insert_message(std::int64_t bin, Message&& message) {
  if (message.expires) {
    tables_->expiries.insert({*message.expires, {bin, message.place}});
  }
  tables_->messages.insert(bin, std::move(message));
}

void MemoryQueueStore::delete_message(std::int64_t bin, std::int64_t place) {
  const Message* message = tables_->messages.at(bin, place);
  if (message != nullptr) remove(*tables_, bin, *message);
}

std::optional<Message> MemoryQueueStore::first_message(std::int64_t bin) {
  return copy(tables_->messages.first(bin));
}

std::optional<Message> MemoryQueueStore::last_message(std::int64_t bin) {
  return copy(tables_->messages.last(bin));
}

std::optional<Message> MemoryQueueStore::nth_message(std::int64_t bin,
                                                     std::int64_t index) {
  return copy(tables_->messages.nth(bin, index));
}

void MemoryQueueStore::add_count(std::int64_t bin, std::int64_t place,
                                 std::int64_t delta) {
  tables_->messages.count(bin, place, delta);
}

void MemoryQueueStore::insert_hidden(const Hidden& hidden) {
  tables_->hidden.insert(hidden);
}

std::optional<Hidden> MemoryQueueStore::find_lease(const Uuid& lease) {
  return one(tables_->hidden.rows().get<memory::ByLease>(),
             std::optional(lease));
}

void MemoryQueueStore::delete_hidden(std::int64_t bin, std::int64_t place) {
  erase(tables_->hidden, Address{bin, place});
}

void MemoryQueueStore::set_hidden_until(std::int64_t bin, std::int64_t place,
                                        Instant until) {
  change(tables_->hidden, Address{bin, place},
         [&](Hidden& row) { row.until = until; });
}

std::optional<Hidden> MemoryQueueStore::due_hidden(Instant now) {
  const auto& rows = tables_->hidden.rows().get<memory::ByTime>();
  if (rows.empty() || rows.begin()->until > now) return std::nullopt;
  return *rows.begin();
}

void MemoryQueueStore::extend_leases(Instant least) {
  std::vector<Address> ending;
  for (const Hidden& row : tables_->hidden.rows().get<memory::ByTime>()) {
    if (row.until >= least) break;
    if (row.lease) ending.push_back(memory::address_of(row));
  }
  for (const Address& at : ending) set_hidden_until(at.bin, at.place, least);
}

std::optional<QueueStore::Expired> MemoryQueueStore::due_expired(Instant now) {
  const auto& rows = tables_->expiries.rows();
  if (rows.empty() || rows.begin()->when > now) return std::nullopt;
  return Expired{rows.begin()->at.bin, rows.begin()->at.place};
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
  consider(tables_->hidden.rows().get<memory::ByTime>(),
           [](const Hidden& row) { return row.until; });
  consider(tables_->expiries.rows(),
           [](const memory::Expiry& row) { return row.when; });
  consider(tables_->keys.rows().get<memory::ByTime>(),
           [](const memory::KeyRow& row) { return row.expires(); });
  return nearest;
}

}  // namespace syncq
