#include <deque>
#include <random>

#include "tests/unit/queue/queue_fixture.h"

using namespace syncq;
using namespace syncq::test;

TEST_CASE("messages come from the head in the order they were put") {
  QueueFixture f;
  for (const char* body : {"a", "b", "c"}) f.push("q", body);
  CHECK(f.queue("q").size == 3);
  CHECK(f.pop("q") == "a");
  CHECK(f.pop_tail("q") == "c");
  CHECK(f.pop("q") == "b");
  CHECK(f.pop_refusal("q") == ErrorCode::kEmpty);
  CHECK(f.pop_refusal("none") == ErrorCode::kQueueNotFound);
}

TEST_CASE("an empty message and one with any bytes are messages") {
  QueueFixture f;
  std::string bytes("\0\xff\n\r\0", 5);
  f.push("q", "");
  f.push("q", bytes);
  CHECK(f.pop("q") == "");
  CHECK(f.pop("q") == bytes);
}

TEST_CASE("a message keeps its content type") {
  QueueFixture f;
  Push push;
  push.type = "text/plain; charset=utf-8";
  f.push("q", "x", push);
  CHECK(f.take("q").type == "text/plain; charset=utf-8");
}

TEST_CASE("any index is found, whatever was consumed before") {
  QueueFixture f;
  std::deque<std::string> model;
  std::mt19937 random(7);
  // Several of the coarser spans, with holes everywhere.
  for (int i = 0; i < 3000; ++i) {
    model.push_back(std::to_string(i));
    Push push;
    push.body = model.back();
    REQUIRE(f.engine->push("q", push, f.now, f.wall).ok());
    if (i % 100 == 0) f.settle();
  }
  f.settle();
  for (int i = 0; i < 1500; ++i) {
    std::size_t index = random() % model.size();
    CAPTURE(i, index);
    if (i % 3 == 0) {
      REQUIRE(f.peek("q", static_cast<std::int64_t>(index)) == model[index]);
    } else if (i % 7 == 0) {
      REQUIRE(f.pop("q") == model.front());
      model.pop_front();
    } else if (i % 11 == 0) {
      REQUIRE(f.pop_tail("q") == model.back());
      model.pop_back();
    } else {
      REQUIRE(f.consume("q", static_cast<std::int64_t>(index)) == model[index]);
      model.erase(model.begin() + static_cast<std::ptrdiff_t>(index));
    }
  }
  CHECK(f.queue("q").size == static_cast<std::int64_t>(model.size()));
  auto past = static_cast<std::int64_t>(model.size());
  CHECK(f.engine->peek("q", past, f.now).refusal().code == ErrorCode::kEmpty);
}

TEST_CASE("an index is right in the middle of a transaction") {
  QueueFixture f;
  for (int i = 0; i < 100; ++i) {
    Push push;
    push.body = std::to_string(i);
    REQUIRE(f.engine->push("q", push, f.now, f.wall).ok());
  }
  CHECK(f.engine->consume("q", 40, 1, f.now)->body == "40");
  CHECK(f.engine->peek("q", 40, f.now)->body == "41");
}

TEST_CASE("no count is left behind by what is gone") {
  QueueFixture f;
  for (int i = 0; i < 200; ++i) f.push("q", "x");
  for (int i = 0; i < 100; ++i) f.consume("q", f.queue("q").size / 2);
  while (f.queue("q").size > 0) f.pop("q");
  CHECK(f.database->pragma("SELECT count(*) FROM counts") == 0);
}

TEST_CASE("a queue survives a restart, an ephemeral one does not") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  QueueConfig config;
  config.name = "fast";
  config.ephemeral = true;
  f.make(config);
  f.push("fast", "1");
  for (int i = 0; i < 100; ++i) f.push("slow", std::to_string(i));
  f.consume("slow", 50);
  CHECK(f.database->pragma("SELECT count(*) FROM messages") == 99);
  f.restart();
  CHECK(f.pop_refusal("fast") == ErrorCode::kQueueNotFound);
  CHECK(f.peek("slow", 50) == "51");
  CHECK(f.pop("slow") == "0");
}

TEST_CASE("Who waits for a message of a queue that was undone is told") {
  QueueFixture f;
  Push push;
  push.delay = std::chrono::seconds(1);
  Take take;
  take.wait = Duration::zero();
  REQUIRE(f.engine->push("q", push, f.now, f.wall).ok());
  auto parked = f.engine->take("q", take, 1, f.now);
  REQUIRE(parked.ok());
  REQUIRE_FALSE(*parked);
  f.abort();
  CHECK(f.engine->next_deadline() == Instant());
  f.advance(Duration::zero());
  CHECK(f.callers.ended(1) == ErrorCode::kStoreFailed);
  CHECK(f.engine->parked() == 0);
}

TEST_CASE("an aborted transaction leaves the queue as it was") {
  QueueFixture f;
  f.push("q", "a");
  auto taken = f.engine->take("q", {}, 1, f.now);
  REQUIRE(taken.ok());
  f.abort();
  CHECK(f.queue("q").size == 1);
  CHECK(f.pop("q") == "a");
}
