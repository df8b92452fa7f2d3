#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

// Dead letters "a", "b", "c" of the queue "q", in "q.dead".
struct Redrives : QueueFixture {
  Redrives() {
    for (const char* body : {"a", "b", "c"}) {
      push("q", body);
      Nack dead;
      dead.dead = true;
      REQUIRE(engine->nack("q", *lease("q").lease, dead, now, wall).ok());
      settle();
    }
  }
  ErrorCode refused(std::string_view to = "") {
    Result<> done = redrive(to);
    REQUIRE_FALSE(done.ok());
    return done.refusal().code;
  }
  Result<> redrive(std::string_view to = "", std::int64_t limit = 100,
                   int step = 100) {
    moved = 0;
    auto walk = engine->begin_walk("q.dead", MessageState::kDead, 0, limit);
    REQUIRE(walk.ok());
    Result<> done = Nothing{};
    for (int i = 0; done && walk->left > 0; ++i) {
      REQUIRE(i < 100);
      done = engine->redrive(*walk, to, step, moved);
      settle();
    }
    return done;
  }
  std::string rest(const std::string& name) {
    std::string bodies;
    while (queue(name).size > 0) bodies += pop(name);
    return bodies;
  }
  void limit(const std::string& name, Overflow overflow) {
    QueueConfig config;
    config.name = name;
    config.capacity = 2;
    config.overflow = overflow;
    make(config);
  }

  std::int64_t moved = 0;
};

}  // namespace

TEST_CASE("dead letters go back to the tail of where they failed, as new") {
  Redrives f;
  f.push("q", "later");
  int step = GENERATE(1, 2, 100);
  CHECK(f.redrive("", 100, step).ok());
  CHECK(f.moved == 3);
  CHECK(f.queue("q.dead").stored() == 0);
  CHECK(f.pop("q") == "later");
  Delivered first = f.lease("q");
  CHECK(first.body == "a");
  CHECK(first.attempt == 1);
  CHECK_FALSE(first.dead);
  CHECK(f.rest("q") == "bc");
}

TEST_CASE("only so many dead letters go back, and none that never died") {
  Redrives f;
  f.push("q.dead", "alive");
  CHECK(f.redrive("", 2).ok());
  CHECK(f.moved == 2);
  CHECK(f.pop("q.dead") == "c");
  CHECK(f.redrive().ok());
  CHECK(f.moved == 0);
  CHECK(f.pop("q.dead") == "alive");
}

TEST_CASE("dead letters wait for room, and push nothing out") {
  Redrives f;
  f.limit("small", GENERATE(Overflow::kEvict, Overflow::kReject));
  CHECK(f.refused("small") == ErrorCode::kAtCapacity);
  CHECK(f.moved == 2);
  CHECK(f.queue("small").size == 2);
  CHECK(f.peek("q.dead", 0) == "c");
  CHECK(f.pop("small") == "a");
  CHECK(f.redrive("small").ok());
  CHECK(f.rest("small") == "bc");
}

TEST_CASE("dead letters of a queue that is gone need another") {
  Redrives f;
  f.engine->destroy("q");
  CHECK(f.refused() == ErrorCode::kConflict);
  CHECK(f.refused("a b") == ErrorCode::kInvalidName);
  CHECK(f.queue("q.dead").size == 3);
  // Where they are they can come alive, too.
  CHECK(f.redrive("q.dead").ok());
  CHECK(f.moved == 3);
  CHECK_FALSE(f.take("q.dead").dead);
}

TEST_CASE("who waits gets what is put back") {
  Redrives f;
  f.wait("q", 7);
  CHECK(f.redrive("", 1).ok());
  REQUIRE(f.callers.notices.size() == 1);
  CHECK(std::get<Delivered>(f.callers.notices[0].second).body == "a");
}

TEST_CASE("dead letters go into a queue in memory and out of it") {
  Redrives f;
  QueueConfig config;
  config.name = "mem";
  config.ephemeral = true;
  f.make(config);
  REQUIRE(f.redrive("mem").ok());
  CHECK(f.rest("mem") == "abc");
}

}  // namespace syncq::test
