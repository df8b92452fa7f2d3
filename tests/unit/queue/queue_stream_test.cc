#include "tests/unit/queue/queue_fixture.h"

using namespace syncq;
using namespace syncq::test;

// What a client sends in one go stays a beginning of its stream, whatever is
// refused in the middle.
TEST_CASE("behind a refused message of a stream none is stored") {
  QueueFixture f;
  QueueConfig config;
  config.name = "q";
  config.capacity = 2;
  config.overflow = Overflow::kReject;
  f.make(config);
  auto push = [&](std::int64_t sequence) {
    Push push;
    push.key = "k";
    push.sequence = sequence;
    push.body = std::to_string(sequence);
    return f.engine->push("q", std::move(push), f.now, f.wall);
  };
  REQUIRE(push(1).ok());
  REQUIRE(push(2).ok());
  CHECK(push(3).refusal().code == ErrorCode::kAtCapacity);
  CHECK(f.pop("q") == "1");
  CHECK(push(4).refusal().code == ErrorCode::kConflict);
  CHECK(push(2).ok());
  CHECK(push(3).ok());
  CHECK(f.pop("q") == "2");
  CHECK(push(4).ok());
  CHECK(f.pop("q") == "3");
  CHECK(f.pop("q") == "4");
}
