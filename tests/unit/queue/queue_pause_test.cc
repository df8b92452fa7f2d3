#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

// A queue "q" of either kind with "a", "b" and "c", and nothing given out.
struct Paused : QueueFixture {
  Paused() {
    QueueConfig config;
    config.name = "q";
    config.ephemeral = GENERATE(false, true);
    make(config);
    for (const char* body : {"a", "b", "c"}) push("q", body);
    leased = lease("q").lease;
    pause(true);
  }
  void pause(bool paused) {
    REQUIRE(engine->set_paused("q", paused).ok());
    settle();
  }
  std::optional<Uuid> leased;
};

}  // namespace

TEST_CASE("a paused queue gives nothing out") {
  Paused f;
  CHECK(f.queue("q").paused);
  CHECK(f.pop_refusal("q") == ErrorCode::kPaused);
  CHECK(f.engine->consume("q", 0, 1, f.now).refusal().code ==
        ErrorCode::kPaused);
  f.wait("q", 7);
  f.push("q", "d");
  CHECK(f.callers.notices.empty());
  f.pause(false);
  REQUIRE(f.callers.notices.size() == 1);
  CHECK(std::get<Delivered>(f.callers.notices[0].second).body == "b");
  CHECK(f.pop("q") == "c");
}

TEST_CASE("who waits at a paused queue is told when the time is over") {
  Paused f;
  f.wait("q", 7, 5s);
  f.advance(5s);
  REQUIRE(f.callers.notices.size() == 1);
  CHECK(std::get<Ended>(f.callers.notices[0].second).why.code ==
        ErrorCode::kEmpty);
}

TEST_CASE("a paused queue goes on with all but giving out") {
  Paused f;
  f.push("q", "d");
  CHECK(f.peek("q", 0) == "b");
  CHECK(f.engine->extend("q", *f.leased, 5s, f.now).ok());
  SECTION("ack") {
    CHECK(f.engine->ack("q", *f.leased, f.now).ok());
    CHECK(f.queue("q").stored() == 3);
  }
  SECTION("nack") {
    CHECK(f.engine->nack("q", *f.leased, {}, f.now, f.wall).ok());
    CHECK(f.peek("q", 0) == "a");
  }
  SECTION("the end of a lease") {
    f.advance(5s);
    CHECK(f.peek("q", 0) == "a");
  }
  SECTION("the repeated answer of what was given before") {
    Take again;
    again.lease = 30s;
    again.lease_id = f.leased;
    CHECK(f.take("q", again).body == "a");
  }
}

TEST_CASE("a queue is paused through a restart, and not by what is aborted") {
  TempDir dir;
  QueueFixture f(dir / "store.db");
  f.push("q", "a");
  REQUIRE(f.engine->set_paused("q", true).ok());
  f.abort();
  CHECK_FALSE(f.queue("q").paused);
  REQUIRE(f.engine->set_paused("q", true).ok());
  f.settle();
  f.restart();
  CHECK(f.queue("q").paused);
  CHECK(f.pop_refusal("q") == ErrorCode::kPaused);
  REQUIRE(f.engine->set_paused("q", false).ok());
  CHECK(f.pop("q") == "a");
  CHECK_FALSE(f.engine->set_paused("none", true).ok());
}

}  // namespace syncq::test
