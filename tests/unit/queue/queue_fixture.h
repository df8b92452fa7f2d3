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

// The queue engine over real stores, with a clock that stands still until it
// is advanced. Calls that the test expects to succeed give their value.
struct QueueFixture {
  explicit QueueFixture(std::string path = ":memory:");
  ~QueueFixture();

  void open();
  // The daemon crashes, and starts again over the same file.
  void restart();

  // The end of a loop iteration.
  void settle();
  void abort();
  void advance(Duration step);

  void push(std::string_view queue, std::string body, Push push = {});
  Delivered take(std::string_view queue, const Take& how = {});
  std::string pop(std::string_view queue);
  std::string pop_tail(std::string_view queue);
  Delivered lease(std::string_view queue, Duration length = 30s);
  ErrorCode pop_refusal(std::string_view queue);
  // Parks the caller.
  void wait(std::string_view queue, ConnectionId caller, Duration limit = 0s,
            Take how = {});
  std::string peek(std::string_view queue, std::int64_t index);
  std::string consume(std::string_view queue, std::int64_t index);
  Queue queue(std::string_view name);
  std::vector<Queue> all();
  Queue make(QueueConfig config);

  std::string path_;
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<SqliteQueueStore> store;
  std::unique_ptr<MemoryQueueStore> ephemeral;
  FakeCallers callers;
  QueueEvents events;
  std::unique_ptr<QueueEngine> engine;
  Instant now{1000h};
  WallMillis wall = 1'700'000'000'000;
};

}  // namespace syncq::test
