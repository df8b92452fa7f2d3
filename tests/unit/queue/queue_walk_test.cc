#include "daemon/queue/queue_handlers.h"
#include "tests/unit/queue/queue_fixture.h"

#include <nlohmann/json.hpp>

namespace syncq::test {
namespace {

struct Walks : QueueFixture {
  // The bodies as a list of `limit` from there on shows them, in steps of
  // `step`.
  std::string list(MessageState state, std::int64_t from = 0, int limit = 100,
                   int step = 100) {
    std::string bodies;
    auto walk = engine->begin_walk("q", state, from, limit);
    REQUIRE(walk.ok());
    for (steps = 0; steps == 0 || walk->left > 0; ++steps) {
      REQUIRE(steps < 1000);
      for (const Glimpse& each : engine->walk(*walk, step, now)) {
        bodies += each.message.body;
        if (each.index) bodies += std::to_string(*each.index);
        bodies += " ";
      }
    }
    return bodies;
  }
  Glimpse first(MessageState state) {
    auto walk = engine->begin_walk("q", state, 0, 1);
    REQUIRE(walk.ok());
    auto seen = engine->walk(*walk, 100, now);
    REQUIRE(seen.size() == 1);
    return seen[0];
  }
  nlohmann::json shown(std::string body) {
    push("q", std::move(body));
    auto json =
        nlohmann::json::parse(glimpse_json(first(MessageState::kReady), now));
    pop("q");
    return json;
  }

  int steps = 0;
};

// A queue of each kind.
struct EachKind : Walks {
  EachKind() {
    QueueConfig config;
    config.name = "q";
    config.ephemeral = GENERATE(false, true);
    make(config);
  }
};

}  // namespace

TEST_CASE("a list shows each message in its state, and takes none") {
  EachKind f;
  for (const char* body : {"a", "b", "c", "d", "e", "f"}) f.push("q", body);
  f.consume("q", 2);
  Delivered leased = f.lease("q", 30s);
  Push later;
  later.delay = 10s;
  f.push("q", "x", later);
  f.push("q", "y", later);
  for (int step : {1, 2, 100}) {
    CHECK(f.list(MessageState::kReady, 0, 100, step) == "b0 d1 e2 f3 ");
    CHECK(f.list(MessageState::kReady, 1, 2, step) == "d1 e2 ");
    CHECK(f.list(MessageState::kReady, 4, 2, step) == "");
    CHECK(f.list(MessageState::kLeased, 0, 100, step) == "a ");
    CHECK(f.list(MessageState::kDelayed, 0, 100, step) == "x y ");
    CHECK(f.list(MessageState::kDelayed, 1, 100, step) == "y ");
    CHECK(f.list(MessageState::kDelayed, 2, 100, step) == "");
  }
  Glimpse seen = f.first(MessageState::kLeased);
  CHECK(seen.lease == leased.lease);
  CHECK(seen.until == f.now + 30s);
  CHECK(seen.message.attempts == 1);
  CHECK(f.first(MessageState::kDelayed).until == f.now + 10s);
  CHECK(f.queue("q").size == 4);
}

TEST_CASE("a message is removed by its id, whatever state it is in") {
  EachKind f;
  for (const char* body : {"a", "b", "c"}) f.push("q", body);
  Delivered leased = f.lease("q");
  Push later;
  later.delay = 10s;
  f.push("q", "x", later);
  for (MessageState state :
       {MessageState::kReady, MessageState::kLeased, MessageState::kDelayed}) {
    Glimpse seen = f.first(state);
    MessageId id{seen.generation, seen.message.offset};
    CHECK(f.engine->remove("q", id).ok());
    f.settle();
    CHECK(f.engine->remove("q", id).refusal().code == ErrorCode::kEmpty);
  }
  Queue left = f.queue("q");
  CHECK(left.size == 1);
  CHECK(left.leased == 0);
  CHECK(left.delayed == 0);
  CHECK(f.engine->ack("q", *leased.lease, f.now).refusal().code ==
        ErrorCode::kExpired);
  // Never used again, not even for what is stored there now.
  MessageId last{left.generation, left.next_offset - 2};
  REQUIRE(f.engine->empty("q").ok());
  for (const char* body : {"a", "b", "c"}) f.push("q", body);
  CHECK_FALSE(f.engine->remove("q", last).ok());
  CHECK(f.queue("q").size == 3);
}

TEST_CASE("an id of a message is read as it is written") {
  auto id = MessageId::parse("3-17");
  REQUIRE(id);
  CHECK(id->generation == 3);
  CHECK(id->offset == 17);
  for (const char* text : {"", "-", "3", "3-", "-17", "3-17x", "3--17", "03-17",
                           "3 17", "3-99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(MessageId::parse(text));
  }
}

TEST_CASE("a list of dead letters leaves out what never failed") {
  Walks f;
  f.push("q", "a");
  f.push("other", "b");
  QueueConfig config;
  config.name = "jobs";
  config.max_attempts = 1;
  config.dead_letter = "q";
  f.make(config);
  f.push("jobs", "c");
  f.lease("jobs", 1s);
  f.advance(1s);
  f.push("q", "d");
  CHECK(f.list(MessageState::kDead) == "c1 ");
  CHECK(f.list(MessageState::kDead, 2) == "");
  CHECK(f.first(MessageState::kDead).message.dead->queue == "jobs");
}

TEST_CASE("the age of a message counts from its push, whatever becomes of it") {
  EachKind f;
  Instant pushed = f.now;
  Push later;
  later.delay = 10s;
  f.push("q", "a", later);
  CHECK(f.first(MessageState::kDelayed).message.pushed == pushed);
  f.advance(10s);
  CHECK(f.first(MessageState::kReady).message.pushed == pushed);
  f.lease("q", 30s);
  CHECK(f.first(MessageState::kLeased).message.pushed == pushed);
  f.advance(30s);
  CHECK(f.first(MessageState::kReady).message.pushed == pushed);
}

TEST_CASE("a list goes on behind what is taken in between, and ends with it") {
  Walks f;
  for (const char* body : {"a", "b", "c", "d"}) f.push("q", body);
  auto walk = f.engine->begin_walk("q", MessageState::kReady, 0, 100);
  REQUIRE(walk.ok());
  CHECK(f.engine->walk(*walk, 2, f.now).size() == 2);
  f.pop("q");
  SECTION("a message") {
    auto rest = f.engine->walk(*walk, 100, f.now);
    REQUIRE(rest.size() == 2);
    CHECK(rest[0].message.body == "c");
  }
  SECTION("all messages") {
    REQUIRE(f.engine->empty("q").ok());
    f.push("q", "new");
    CHECK(f.engine->walk(*walk, 100, f.now).empty());
  }
  SECTION("the queue") {
    f.engine->destroy("q");
    CHECK(f.engine->walk(*walk, 100, f.now).empty());
  }
  CHECK(walk->left == 0);
}

TEST_CASE("a step of a list reads no more than a MiB and a message") {
  EachKind f;
  for (int i = 0; i < 8; ++i) f.push("q", std::string(400 * 1024, 'x'));
  f.list(MessageState::kReady);
  CHECK(f.steps == 3);
  CHECK(f.first(MessageState::kReady).message.body.size() == kBeginning);
  CHECK(f.first(MessageState::kReady).size == 400 * 1024);
}

TEST_CASE("a list shows how a text begins, and of other bytes nothing") {
  Walks f;
  CHECK(f.shown("")["text"] == "");
  CHECK(f.shown("gr\xc3\xbcn")["text"] == "gr\xc3\xbcn");
  CHECK(f.shown("\xff\xfe")["text"].is_null());
  CHECK(f.shown("half \xc3")["text"].is_null());
  // The cut is in the middle of a character.
  std::string front(kBeginning - 1, 'x');
  CHECK(f.shown(front + "\xc3\xbc")["text"] == front);
  CHECK(f.shown(front + "\xc3\xbc")["size"] == kBeginning + 1);
}

}  // namespace syncq::test
