#include "tests/unit/queue/queue_fixture.h"

using namespace syncq;
using namespace syncq::test;

namespace {

// A queue "q" of either kind with "a" to "e".
struct Five : QueueFixture {
  Five() {
    QueueConfig config;
    config.name = "q";
    config.ephemeral = GENERATE(false, true);
    make(config);
    for (const char* body : {"a", "b", "c", "d", "e"}) push("q", body);
  }
  static Take up_to(std::int64_t count, std::optional<Duration> lease = {}) {
    Take take;
    take.count = count;
    take.lease = lease;
    return take;
  }
  DeliveredBatch take_batch(const Take& take) {
    auto batch = engine->take_batch("q", take, 1, now);
    REQUIRE(batch.ok());
    settle();
    return *batch;
  }
  void wait_batch(ConnectionId caller, Take take) {
    take.wait = Duration::zero();
    auto batch = engine->take_batch("q", take, caller, now);
    REQUIRE(batch.ok());
    REQUIRE(batch->empty());
    settle();
  }
};

Push of(std::string body) {
  Push push;
  push.body = std::move(body);
  return push;
}

std::string bodies(const DeliveredBatch& batch) {
  std::string all;
  for (const Delivered& message : batch) all += message.body;
  return all;
}

}  // namespace

TEST_CASE("a batch is of those that are there, in order, from either end") {
  Five f;
  CHECK(bodies(f.take_batch(f.up_to(2))) == "ab");
  Take newest = f.up_to(2);
  newest.end = QueueEnd::kTail;
  CHECK(bodies(f.take_batch(newest)) == "ed");
  CHECK(bodies(f.take_batch(f.up_to(1000))) == "c");
  CHECK(f.engine->take_batch("q", f.up_to(2), 1, f.now).refusal().code ==
        ErrorCode::kEmpty);
  CHECK(f.queue("q").stored() == 0);
}

TEST_CASE("each message of a batch has a lease of its own") {
  Five f;
  DeliveredBatch batch = f.take_batch(f.up_to(3, 10s));
  CHECK(f.queue("q").leased == 3);
  REQUIRE(f.engine->ack("q", *batch[1].lease, f.now).ok());
  f.settle();
  f.advance(10s);
  CHECK(bodies(f.take_batch(f.up_to(9))) == "acde");
}

TEST_CASE("a batch asked for again by its lease id is the same one") {
  Five f;
  Take take = f.up_to(3, 10s);
  take.lease_id = Uuid::random();
  DeliveredBatch batch = f.take_batch(take);
  CHECK(*batch[0].lease == *take.lease_id);
  CHECK(*batch[2].lease == take.lease_id->plus(2));
  f.advance(9s);
  DeliveredBatch again = f.take_batch(take);
  CHECK(bodies(again) == "abc");
  CHECK(*again[2].lease == *batch[2].lease);
  CHECK(again[0].attempt == 1);
  f.advance(9s);
  CHECK(f.queue("q").leased == 3);
}

TEST_CASE("of a batch asked for again those that are over are taken anew") {
  Five f;
  Take take = f.up_to(2, 10s);
  take.lease_id = Uuid::random();
  DeliveredBatch batch = f.take_batch(take);
  REQUIRE(f.engine->ack("q", *batch[0].lease, f.now).ok());
  f.settle();
  DeliveredBatch again = f.take_batch(take);
  CHECK(bodies(again) == "cb");
  CHECK(f.queue("q").leased == 2);
}

TEST_CASE("a batch ends behind the message that makes it large") {
  Five f;
  f.take_batch(f.up_to(5));
  const std::string half(kBatchBytes / 2, 'x');
  for (int i = 0; i < 4; ++i) f.push("q", half);
  CHECK(f.take_batch(f.up_to(4)).size() == 2);
  f.push("q", std::string(2 * kBatchBytes, 'y'));
  CHECK(f.take_batch(f.up_to(4)).size() == 2);
  CHECK(f.take_batch(f.up_to(4)).size() == 1);
}

TEST_CASE("a waiting caller gets a batch as soon as there is a message") {
  Five f;
  f.take_batch(f.up_to(5));
  f.wait_batch(7, f.up_to(2, 30s));
  f.wait_batch(8, f.up_to(2));
  for (const char* body : {"f", "g", "h"}) {
    REQUIRE(f.engine->push("q", of(body), f.now, f.wall).ok());
  }
  f.settle();
  REQUIRE(f.callers.told<DeliveredBatch>(7).size() == 1);
  CHECK(bodies(f.callers.told<DeliveredBatch>(7).front()) == "fg");
  REQUIRE(f.callers.told<DeliveredBatch>(8).size() == 1);
  CHECK(bodies(f.callers.told<DeliveredBatch>(8).front()) == "h");
  CHECK(f.engine->parked() == 0);
}

TEST_CASE("a batch waits behind those who came first") {
  Five f;
  f.take_batch(f.up_to(5));
  f.wait("q", 7);
  REQUIRE(f.engine->push("q", of("f"), f.now, f.wall).ok());
  auto batch = f.engine->take_batch("q", f.up_to(2), 1, f.now);
  CHECK(batch.refusal().code == ErrorCode::kEmpty);
  f.settle();
  CHECK(f.callers.told<Delivered>(7).size() == 1);
}

TEST_CASE("a paused queue gives no batch") {
  Five f;
  REQUIRE(f.engine->set_paused("q", true).ok());
  CHECK(f.engine->take_batch("q", f.up_to(2), 1, f.now).refusal().code ==
        ErrorCode::kPaused);
}

TEST_CASE("nobody takes a batch who has left, or from no queue") {
  Five f;
  f.callers.dead.insert(1);
  CHECK(f.engine->take_batch("q", f.up_to(2), 1, f.now).refusal().code ==
        ErrorCode::kBadRequest);
  CHECK(f.engine->take_batch("no", f.up_to(2), 2, f.now).refusal().code ==
        ErrorCode::kQueueNotFound);
  CHECK(f.queue("q").size == 5);
}

TEST_CASE("an expired message is in no batch") {
  Five f;
  f.take_batch(f.up_to(5));
  Push short_lived;
  short_lived.ttl = 1s;
  f.push("q", "f", short_lived);
  f.push("q", "g");
  f.now += 1s;
  CHECK(bodies(f.take_batch(f.up_to(5))) == "g");
}
