#pragma once

#include <boost/multi_index/global_fun.hpp>
#include <boost/multi_index/mem_fun.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index_container.hpp>
#include <compare>
#include <string>
#include <utility>

#include "daemon/queue/queue_store.h"
#include "daemon/store/message_table.h"
#include "daemon/store/undo_table.h"

// The tables of MemoryQueueStore and their indices. Heavy to include.
namespace syncq::memory {

namespace mi = boost::multi_index;

// Where a message is; a generation's are together and in order.
struct Address {
  std::int64_t generation = 0;
  std::int64_t offset = 0;
  auto operator<=>(const Address&) const = default;
};

struct ById {};
struct ByUuid {};
struct ByName {};
struct ByBin {};
struct ByRank {};
struct ByLease {};
struct ByTime {};

inline const std::string& name_of(const Queue& queue) {
  return queue.config.name;
}
using Queues = mi::multi_index_container<
    Queue,
    mi::indexed_by<
        mi::ordered_unique<mi::tag<ById>,
                           mi::member<Queue, std::int64_t, &Queue::id>>,
        mi::ordered_unique<mi::tag<ByUuid>,
                           mi::member<Queue, Uuid, &Queue::uuid>>,
        mi::ordered_unique<
            mi::tag<ByName>,
            mi::global_fun<const Queue&, const std::string&, name_of>,
            std::less<>>,
        mi::ordered_unique<mi::tag<ByBin>,
                           mi::member<Queue, std::int64_t, &Queue::generation>>,
        mi::ordered_unique<mi::tag<ByRank>,
                           mi::const_mem_fun<Queue, QueueRank, &Queue::rank>>>>;

// Generations to be cleared away.
using Bins = mi::multi_index_container<
    std::int64_t,
    mi::indexed_by<mi::ordered_unique<mi::identity<std::int64_t>>>>;

// The readable messages with a time to live.
struct Expiry {
  Instant when;
  Address at;
  auto operator<=>(const Expiry&) const = default;
};
using Expiries = mi::multi_index_container<
    Expiry, mi::indexed_by<mi::ordered_unique<mi::identity<Expiry>>>>;

// A message's place in its group.
struct GroupPlace {
  std::int64_t generation = 0;
  std::string group;
  std::int64_t offset = 0;
  auto operator<=>(const GroupPlace&) const = default;
};
using Groups = mi::multi_index_container<
    GroupPlace, mi::indexed_by<mi::ordered_unique<mi::identity<GroupPlace>>>>;

inline Address address_of(const Unavailable& unavailable) {
  return {unavailable.generation, unavailable.message.offset};
}
inline std::pair<Instant, Address> due_of(const Unavailable& unavailable) {
  return {unavailable.until, address_of(unavailable)};
}
using HiddenOnes = mi::multi_index_container<
    Unavailable,
    mi::indexed_by<
        mi::ordered_unique<
            mi::global_fun<const Unavailable&, Address, address_of>>,
        mi::ordered_non_unique<
            mi::tag<ByLease>,
            mi::member<Unavailable, std::optional<Uuid>, &Unavailable::lease>>,
        mi::ordered_unique<
            mi::tag<ByTime>,
            mi::global_fun<const Unavailable&, std::pair<Instant, Address>,
                           due_of>>>>;

struct KeyName {
  std::int64_t queue = 0;
  std::string key;
  auto operator<=>(const KeyName&) const = default;
};
struct KeyRow {
  KeyName name;
  QueueStore::Key value;
  Instant expires() const { return value.expires; }
};
using Keys = mi::multi_index_container<
    KeyRow, mi::indexed_by<
                mi::ordered_unique<mi::member<KeyRow, KeyName, &KeyRow::name>>,
                mi::ordered_non_unique<
                    mi::tag<ByTime>,
                    mi::const_mem_fun<KeyRow, Instant, &KeyRow::expires>>>>;

struct Tables {
  UndoTable<Queues> queues;
  UndoTable<Bins> purged;
  MessageTable messages;
  UndoTable<Expiries> expiries;
  UndoTable<Groups> groups;
  UndoTable<HiddenOnes> unavailable;
  UndoTable<Keys> keys;

  template <typename Work>
  void each(Work&& work) {
    work(queues), work(purged), work(messages);
    work(expiries), work(groups), work(unavailable), work(keys);
  }
};

}  // namespace syncq::memory
