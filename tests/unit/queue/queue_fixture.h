#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>

#include "daemon/queue/queue_engine.h"
#include "daemon/store/memory_queue_store.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite_queue_store.h"
#include "tests/unit/fifo/fifo_fakes.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {

using namespace std::chrono_literals;

constexpr Duration kNano{1};

// The queue engine over real stores, with a clock that stands still until it
// is advanced. Calls that the test expects to succeed give their value.
struct QueueFixture {
  explicit QueueFixture(std::string path = ":memory:")
      : path_(std::move(path)) {
    open();
  }

  void open() {
    database = open_store(path_);
    store = std::make_unique<SqliteQueueStore>(*database);
    ephemeral = std::make_unique<MemoryQueueStore>();
    engine = std::make_unique<QueueEngine>(*store, *ephemeral, callers);
  }
  // The daemon crashes, and starts again over the same file.
  void restart() {
    database->rollback();
    engine.reset();
    store.reset();
    ephemeral.reset();
    database.reset();
    open();
    engine->recover(now);
    settle();
  }

  // The end of a loop iteration.
  void settle() {
    engine->tick(now, wall);
    database->commit();
    ephemeral->commit();
    engine->committed();
  }
  void abort() {
    database->rollback();
    ephemeral->rollback();
    engine->rolled_back();
  }
  void advance(Duration step) {
    now += step;
    settle();
  }

  void push(std::string_view queue, std::string body, Push push = {}) {
    push.body = std::move(body);
    REQUIRE(engine->push(queue, std::move(push), now, wall).ok());
    settle();
  }
  Delivered take(std::string_view queue, const Take& how = {}) {
    auto message = engine->take(queue, how, 1, now);
    REQUIRE(message.ok());
    REQUIRE(*message);
    settle();
    return **message;
  }
  std::string pop(std::string_view queue) { return take(queue).body; }
  std::string pop_tail(std::string_view queue) {
    Take how;
    how.end = QueueEnd::kTail;
    return take(queue, how).body;
  }
  Delivered lease(std::string_view queue, Duration length = 30s) {
    Take how;
    how.lease = length;
    return take(queue, how);
  }
  ErrorCode pop_refusal(std::string_view queue) {
    auto message = engine->take(queue, {}, 1, now);
    REQUIRE_FALSE(message.ok());
    return message.refusal().code;
  }
  // Parks the caller.
  void wait(std::string_view queue, ConnectionId caller, Duration limit = 0s,
            Take how = {}) {
    how.wait = limit;
    auto message = engine->take(queue, how, caller, now);
    REQUIRE(message.ok());
    REQUIRE_FALSE(*message);
    settle();
  }
  std::string peek(std::string_view queue, std::int64_t index) {
    auto message = engine->peek(queue, index, now);
    REQUIRE(message.ok());
    settle();
    return message->body;
  }
  std::string consume(std::string_view queue, std::int64_t index) {
    auto message = engine->consume(queue, index, 1, now);
    REQUIRE(message.ok());
    settle();
    return message->body;
  }
  Queue queue(std::string_view name) {
    Result<Queue> found = engine->show(name);
    REQUIRE(found.ok());
    return *found;
  }
  std::vector<Queue> all() { return engine->list({}, 1000); }
  Queue make(QueueConfig config) {
    Result<Queue> made = engine->create(config, wall);
    REQUIRE(made.ok());
    settle();
    return *made;
  }

  std::string path_;
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<SqliteQueueStore> store;
  std::unique_ptr<MemoryQueueStore> ephemeral;
  FakeCallers callers;
  std::unique_ptr<QueueEngine> engine;
  Instant now{1000h};
  WallMillis wall = 1'700'000'000'000;
};

}  // namespace syncq::test
