// Ephemeral queues in aborted transactions.

#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

struct Ephemeral : QueueFixture {
  Ephemeral() {
    QueueConfig config;
    config.name = "q";
    config.ephemeral = true;
    make(config);
  }
  void push_some(int count, const Push& push = {}) {
    for (int i = 0; i < count; ++i) this->push("q", std::to_string(i), push);
  }
};

TEST_CASE("An aborted transaction leaves an ephemeral queue as it was") {
  Ephemeral f;
  f.push_some(100);
  CHECK(f.engine->consume("q", 40, 1, f.now).ok());
  CHECK(f.engine->push("q", {}, f.now, f.wall).ok());
  CHECK(f.engine->take("q", {}, 1, f.now).ok());
  f.engine->tick(f.now, f.wall);
  f.abort();
  CHECK(f.queue("q").size == 100);
  CHECK(f.peek("q", 0) == "0");
  CHECK(f.peek("q", 40) == "40");
  CHECK(f.peek("q", 99) == "99");
}

TEST_CASE(
    "An aborted transaction that destroyed an ephemeral queue loses no count") {
  Ephemeral f;
  Push push;
  push.ttl = 1s;
  f.push_some(3, push);
  f.now += 2s;
  f.engine->destroy("q");
  f.engine->tick(f.now, f.wall);
  f.abort();
  f.settle();
  CHECK(f.queue("q").size == 0);
  f.push_some(100);
  CHECK(f.peek("q", 1) == "1");
  CHECK(f.peek("q", 50) == "50");
  CHECK(f.peek("q", 98) == "98");
}

}  // namespace
}  // namespace syncq::test
