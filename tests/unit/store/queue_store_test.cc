// Two stores, one contract: after the same random changes, aborted transactions
// included, both tell the same.

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "daemon/store/memory_queue_store.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite_queue_store.h"

namespace syncq::test {
namespace {

using namespace std::chrono_literals;

std::string told(const Message& message) {
  return fmt::format(
      "{} '{}' '{}' '{}' {} {} {} {}", message.offset, message.body,
      message.type, message.group, message.attempts,
      message.pushed ? message.pushed->time_since_epoch().count() : -1,
      message.expires ? message.expires->time_since_epoch().count() : -1,
      message.dead ? fmt::format("{} {} '{}' {}", message.dead->queue,
                                 message.dead->attempts, message.dead->reason,
                                 message.dead->since)
                   : "alive");
}
std::string told(const Queue& queue) {
  return fmt::format(
      "{} {} '{}' bin {} next {} size {} leased {} delayed {} blocked {}{} "
      "capacity {} "
      "{} "
      "{} '{}' in flight {} rate {}",
      queue.id, queue.uuid.text(), queue.config.name, queue.generation,
      queue.next_offset, queue.size, queue.leased, queue.delayed, queue.blocked,
      queue.paused ? " paused" : "", queue.config.capacity.value_or(-1),
      static_cast<int>(queue.config.overflow), queue.config.max_attempts,
      queue.config.dead_letter, queue.config.in_flight,
      format_rate(queue.config.rate));
}
std::string told(const Unavailable& unavailable) {
  return fmt::format("queue {} bin {} {} lease {} until {}", unavailable.queue,
                     unavailable.generation, told(unavailable.message),
                     unavailable.lease ? unavailable.lease->text() : "none",
                     unavailable.until.time_since_epoch().count());
}
std::string told(const QueueStore::Key& key) {
  return fmt::format("{} until {}", key.sequence,
                     key.expires.time_since_epoch().count());
}
std::string told(const QueueStore::Expired& expired) {
  return fmt::format("{}/{} '{}'", expired.generation, expired.message.offset,
                     expired.message.group);
}
std::string told(Instant when) {
  return fmt::format("{}", when.time_since_epoch().count());
}
template <typename Value>
std::string told(const std::optional<Value>& value) {
  return value ? told(*value) : "nothing";
}

class TwoStores {
 public:
  TwoStores() {
    for (int i = 0; i < 4; ++i) {
      Queue queue;
      queue.uuid = Uuid::random();
      queue.config.name = fmt::format("q{}", i);
      queue.created = i / 2;
      Queue same = queue;
      sqlite_.insert_queue(queue);
      memory_.insert_queue(same);
      REQUIRE(told(queue) == told(same));
      queues_.push_back(queue);
    }
    commit();
  }

  void step() {
    static constexpr void (TwoStores::*kSteps[])() = {
        &TwoStores::insert,
        &TwoStores::insert,
        &TwoStores::insert,
        &TwoStores::erase,
        &TwoStores::erase,
        &TwoStores::add_unavailable,
        &TwoStores::remove_unavailable,
        &TwoStores::extend,
        &TwoStores::key,
        &TwoStores::forget,
        &TwoStores::change,
        &TwoStores::extend_all,
        &TwoStores::join,
        &TwoStores::join,
        &TwoStores::leave};
    (this->*kSteps[number(std::size(kSteps))])();
    compare();
  }
  // The end of a transaction, one way or the other.
  void settle() {
    int how = number(8);
    if (how < 3) return rollback();
    commit();
    if (how == 3) empty();
    if (how == 4) lose_purge();
  }
  void compare() {
    for (const Queue& queue : queues_) compare(queue);
    Instant now(number(100'000) * 1s);
    same([&](QueueStore& s) { return told(s.due_unavailable(now)); });
    same([&](QueueStore& s) { return told(s.due_expired(now)); });
    same([&](QueueStore& s) { return told(s.next_deadline()); });
    same([&](QueueStore& s) { return fmt::format("{}", s.count_keys()); });
    same([&](QueueStore& s) { return fmt::format("{}", s.count_queues()); });
    same([&](QueueStore& s) {
      std::string all;
      for (const Queue& queue : s.list_queues({}, 1000)) {
        all += told(queue) + "\n";
      }
      return all;
    });
  }

 private:
  // What one store has: the other's is the same.
  struct Stored {
    std::vector<std::pair<std::int64_t, Message>> messages;  // with generations
    std::vector<Unavailable> unavailable;
  };

  int number(std::size_t below) { return static_cast<int>(random_() % below); }
  template <typename Things>
  auto some(Things& things) {
    return things.begin() + number(things.size());
  }
  // No two alike: which of those comes first is not promised.
  Instant later() { return Instant(number(100'000) * 1s + Duration(++last_)); }

  template <typename Ask>
  void same(Ask&& ask) {
    CHECK(ask(memory_) == ask(sqlite_));
  }
  template <typename Work>
  void both(Work&& work) {
    work(static_cast<QueueStore&>(sqlite_));
    work(static_cast<QueueStore&>(memory_));
  }
  void compare(const Queue& queue) {
    std::int64_t index = number(60);
    same(
        [&](QueueStore& s) { return told(s.first_message(queue.generation)); });
    same([&](QueueStore& s) { return told(s.last_message(queue.generation)); });
    same([&](QueueStore& s) {
      return told(s.nth_message(queue.generation, index));
    });
    std::int64_t offset = number(static_cast<std::size_t>(next_) + 2);
    same([&](QueueStore& s) { return visited(s, queue, offset); });
    same([&](QueueStore& s) { return told(s.find_queue(queue.id)); });
    same([&](QueueStore& s) { return told(s.find_queue(queue.uuid)); });
    same([&](QueueStore& s) {
      return told(s.find_queue_of_generation(queue.generation));
    });
    same([&](QueueStore& s) {
      return told(s.find_queue_named(queue.config.name));
    });
    std::string group = fmt::format("g{}", number(3));
    same([&](QueueStore& s) {
      auto first = s.first_of_group(queue.generation, group);
      return first ? fmt::format("{}", *first) : "nothing";
    });
    std::string key = fmt::format("k{}", number(4));
    same([&](QueueStore& s) { return told(s.find_key(queue.id, key)); });
  }

  // The next few from there on, of both kinds.
  std::string visited(QueueStore& store, const Queue& queue,
                      std::int64_t offset) {
    std::string all;
    int left = 3;
    auto see = [&](const auto& each) {
      all += told(each) + "\n";
      return --left > 0;
    };
    store.visit_messages(queue.generation, offset, see);
    left = 3;
    store.visit_unavailable(queue.generation, offset, see);
    return all;
  }
  std::optional<Instant> maybe_pushed() {
    return number(3) == 0 ? std::nullopt : std::optional(later());
  }
  std::shared_ptr<const DeadLetter> maybe_dead() {
    if (number(3) != 0) return nullptr;
    return std::make_shared<DeadLetter>(
        DeadLetter{"q", number(9), number(2) == 0 ? "" : "why", number(99)});
  }
  std::string maybe_group() {
    return number(3) == 0 ? fmt::format("g{}", number(3)) : "";
  }
  void join() {
    auto queue = some(queues_);
    std::string group = fmt::format("g{}", number(3));
    std::int64_t place = next_ += 1;
    both([&](QueueStore& s) {
      s.add_to_group(queue->generation, group, place);
    });
  }
  // The first, as nearly always, or one that is not there.
  void leave() {
    auto queue = some(queues_);
    std::string group = fmt::format("g{}", number(3));
    std::int64_t place =
        sqlite_.first_of_group(queue->generation, group).value_or(next_);
    both([&](QueueStore& s) {
      s.remove_from_group(queue->generation, group, place);
    });
  }
  void insert() {
    auto queue = some(queues_);
    Message message;
    // Far apart, so that each level of the counts has several spans; now and
    // then in front of all.
    message.offset = number(5) == 0 ? --first_ : next_ += number(40'000);
    message.body = std::string(static_cast<std::size_t>(number(40)), 'b');
    message.type = number(2) == 0 ? "" : "text/plain";
    if (number(3) == 0) message.expires = later();
    message.pushed = maybe_pushed();
    message.dead = maybe_dead();
    message.group = maybe_group();
    both([&](QueueStore& s) {
      s.insert_message(queue->generation, Message(message));
      s.add_count(queue->generation, message.offset, 1);
    });
    now_.messages.emplace_back(queue->generation, message);
  }
  void erase() {
    if (now_.messages.empty()) return;
    auto at = some(now_.messages);
    both([&](QueueStore& s) {
      s.delete_message(at->first, at->second.offset);
      s.add_count(at->first, at->second.offset, -1);
    });
    now_.messages.erase(at);
  }
  void add_unavailable() {
    auto queue = some(queues_);
    Unavailable unavailable{
        queue->id, queue->generation, {}, std::nullopt, later()};
    unavailable.message.offset = next_ += 1;
    unavailable.message.attempts = number(3);
    unavailable.message.pushed = maybe_pushed();
    unavailable.message.dead = maybe_dead();
    unavailable.message.group = maybe_group();
    if (number(2) == 0) unavailable.lease = Uuid::random();
    both([&](QueueStore& s) { s.insert_unavailable(unavailable); });
    now_.unavailable.push_back(unavailable);
  }
  void remove_unavailable() {
    if (now_.unavailable.empty()) return;
    auto at = some(now_.unavailable);
    both([&](QueueStore& s) {
      s.delete_unavailable(at->generation, at->message.offset);
    });
    now_.unavailable.erase(at);
  }
  void extend() {
    if (now_.unavailable.empty()) return;
    auto at = some(now_.unavailable);
    at->until = later();
    both([&](QueueStore& s) {
      s.set_unavailable_until(at->generation, at->message.offset, at->until);
    });
    Uuid lease = at->lease.value_or(Uuid::random());
    same([&](QueueStore& s) { return told(s.find_lease(lease)); });
  }
  void extend_all() {
    Instant least(number(5'000) * 1s);
    both([&](QueueStore& s) { s.extend_leases(least); });
    for (Unavailable& each : now_.unavailable) {
      if (each.lease && each.until < least) each.until = least;
    }
  }
  void key() {
    std::int64_t queue = some(queues_)->id;
    std::string name = fmt::format("k{}", number(4));
    QueueStore::Key value{number(100), later()};
    bool again = number(2) == 0;
    both([&](QueueStore& s) {
      if (again) return s.advance_key(queue, name, value.sequence);
      s.put_key(queue, name, value);
    });
  }
  void forget() {
    Instant until = later();
    bool oldest = number(2) == 0;
    same([&](QueueStore& s) {
      return fmt::format(
          "{}", oldest ? s.forget_oldest_keys(1) : s.forget_keys(until, 2));
    });
  }
  void change() {
    Queue queue = *some(queues_);
    queue.next_offset = number(100);
    queue.size = number(100);
    queue.leased = number(100);
    queue.delayed = number(100);
    both([&](QueueStore& s) { s.update_queue(queue); });
    queue.blocked = number(100);
    both([&](QueueStore& s) { s.update_blocked(queue); });
    queue.paused = number(2) == 0;
    if (number(2) == 0) queue.config.capacity = number(9);
    queue.config.overflow =
        number(2) == 0 ? Overflow::kEvict : Overflow::kReject;
    queue.config.max_attempts = number(3);
    queue.config.dead_letter = number(2) == 0 ? "" : "q.dead";
    queue.config.in_flight = number(3);
    queue.config.rate = number(2) == 0 ? Rate{} : Rate{number(9) + 1, 60s};
    both([&](QueueStore& s) { s.update_settings(queue); });
  }
  // Generation numbers may differ after an abort: in a transaction of its own.
  void empty() {
    auto queue = some(queues_);
    std::int64_t generation = queue->generation;
    Queue same_queue = *queue;
    both([&](QueueStore& s) { s.purge_generation(generation); });
    sqlite_.renew_generation(*queue);
    memory_.renew_generation(same_queue);
    REQUIRE(queue->generation == same_queue.generation);
    commit();
    for (QueueStore* s : {static_cast<QueueStore*>(&sqlite_),
                          static_cast<QueueStore*>(&memory_)}) {
      int steps = 0;
      while (s->purge_some(7)) REQUIRE(++steps < 1'000);
      CHECK(told(s->first_message(generation)) == "nothing");
    }
    std::erase_if(now_.messages,
                  [&](auto& at) { return at.first == generation; });
    std::erase_if(now_.unavailable,
                  [&](auto& at) { return at.generation == generation; });
    commit();
  }

  // All its messages come back, whatever was cleared away.
  void lose_purge() {
    std::int64_t generation = some(queues_)->generation;
    both([&](QueueStore& s) { s.purge_generation(generation); });
    for (int steps = number(20); steps > 0; --steps) {
      both([&](QueueStore& s) { (void)s.purge_some(7); });
    }
    CHECK(memory_.dirty());
    rollback();
  }

  void commit() {
    database_->commit();
    memory_.commit();
    CHECK_FALSE(memory_.dirty());
    kept_ = now_;
  }
  void rollback() {
    database_->rollback();
    memory_.rollback();
    CHECK_FALSE(memory_.dirty());
    now_ = kept_;
    compare();
  }

  std::unique_ptr<sqlite::Database> database_ = open_store(":memory:");
  SqliteQueueStore sqlite_{*database_};
  MemoryQueueStore memory_;
  std::mt19937 random_{20'260'101};
  std::vector<Queue> queues_;
  Stored now_;
  Stored kept_;
  std::int64_t first_ = 1'000;
  std::int64_t next_ = 1'000;
  std::int64_t last_ = 0;
};

TEST_CASE("The store in memory tells the same as the one on disk") {
  TwoStores stores;
  for (int turn = 0; turn < 400; ++turn) {
    for (int i = 0; i < 12; ++i) stores.step();
    stores.settle();
  }
}

}  // namespace
}  // namespace syncq::test
