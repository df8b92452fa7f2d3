// How many FIFOs and live tickets there may be.

#include <fmt/format.h>

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/queue/counting_store.h"

namespace syncq::test {
namespace {

// A store that says it has `fifos` and `live` more than it has.
struct Crowd : FifoFixture {
  Crowd(std::int64_t fifos, std::int64_t live) : crowded(*store) {
    crowded.more_fifos = fifos;
    crowded.more_live = live;
    engine = std::make_unique<FifoEngine>(crowded, callers, processes, events);
    engine->recover(now, true);
    settle();
  }
  ~Crowd() { engine.reset(); }

  ErrorCode ticket_refusal(std::string_view name) {
    return engine->ticket(name, {}, {}, now).refusal().code;
  }

  CountingStore crowded;
};

HoldRequest creating() {
  HoldRequest call;
  call.create = true;
  return call;
}

TEST_CASE("A FIFO has a bound on its live tickets") {
  FifoFixture f;
  f.named("q");
  f.named("other");
  f.ticket("q");
  // Nothing but the number counts.
  f.database->execute(
      fmt::format("UPDATE fifos SET live = {} WHERE name = CAST('q' AS BLOB)",
                  kMaxLiveOfFifo - 1)
          .c_str());
  Uuid last = f.ticket("q");
  auto refused = f.engine->ticket("q", {}, {}, f.now);
  REQUIRE_FALSE(refused);
  CHECK(refused.refusal().code == ErrorCode::kAtCapacity);
  CHECK(refused.refusal().message ==
        "FIFO q has 100000 tickets that have not ended, the most it may have: "
        "end some of them, or come again later");
  CHECK(f.hold_refusal("q", 1, creating()) == ErrorCode::kAtCapacity);
  CHECK(f.engine->ticket("other", {}, {}, f.now).ok());
  f.done("q", last);
  CHECK(f.engine->ticket("q", {}, {}, f.now).ok());
}

TEST_CASE("All FIFOs together have a bound on live tickets") {
  Crowd f(0, kMaxLive - 2);
  f.named("q");
  f.named("other");
  Uuid first = f.ticket("q");
  HoldReply second = f.hold("q", 1);
  CHECK(f.ticket_refusal("q") == ErrorCode::kAtCapacity);
  CHECK(f.hold_refusal("q", 2, creating()) == ErrorCode::kAtCapacity);
  CHECK(f.hold_refusal("fresh", 2, creating()) == ErrorCode::kAtCapacity);
  CHECK_FALSE(f.engine->show("fresh", f.now));

  SECTION("done makes room") { f.done("q", first); }
  SECTION("a caller of hold that leaves makes room") { f.gone(1); }
  SECTION("a clock makes room") { f.advance(1min); }
  SECTION("a FIFO that is destroyed makes room") {
    REQUIRE(f.engine->destroy("q").ok());
    // As soon as its tickets have ended.
    CHECK(f.ticket_refusal("other") == ErrorCode::kAtCapacity);
    f.settle();
    f.ticket("other");
    f.ticket("other");
    CHECK(f.ticket_refusal("other") == ErrorCode::kAtCapacity);
    return;
  }
  f.ticket("q");
  CHECK(f.ticket_refusal("q") == ErrorCode::kAtCapacity);
}

TEST_CASE("A ticket of an aborted transaction does not count") {
  Crowd f(0, kMaxLive - 1);
  f.named("q");
  f.settle();
  REQUIRE(f.engine->ticket("q", {}, {}, f.now).ok());
  f.abort();
  Uuid ticket = f.ticket("q");
  CHECK(f.ticket_refusal("q") == ErrorCode::kAtCapacity);
  // Nor does its end.
  f.settle();
  REQUIRE(f.engine->done("q", ticket, {}, f.now, f.wall).ok());
  f.abort();
  CHECK(f.ticket_refusal("q") == ErrorCode::kAtCapacity);
}

TEST_CASE("There is a bound on FIFOs") {
  Crowd f(kMaxFifos - 1, 0);
  f.named("q");
  CHECK(f.engine->create({}, f.now, f.wall).refusal().code ==
        ErrorCode::kAtCapacity);
  CHECK(f.hold_refusal("fresh", 1, creating()) == ErrorCode::kAtCapacity);
  // Those there are go on.
  f.hold("q", 1);

  REQUIRE(f.engine->destroy("q").ok());
  f.settle();
  REQUIRE(f.engine->create({}, f.now, f.wall).ok());
  f.abort();
  REQUIRE(f.engine->create({}, f.now, f.wall).ok());
  CHECK(f.engine->create({}, f.now, f.wall).refusal().code ==
        ErrorCode::kAtCapacity);
}

TEST_CASE("Of several FIFOs none is made if there is no room for all") {
  Crowd f(kMaxFifos - 2, 0);
  f.named("there");
  HoldRequest several = creating();
  several.with = {"there", "b"};
  CHECK(f.hold_refusal("a", 1, several) == ErrorCode::kAtCapacity);
  f.settle();
  CHECK_FALSE(f.engine->show("a", f.now));
  CHECK(f.fifo_row("there").live == 0);
  several.with = {"there"};
  f.hold("a", 1, several);
  // Nothing has to be made any more.
  f.hold("a", 2, several);
}

TEST_CASE("Tickets of a destroyed FIFO count until they have ended") {
  FifoFixture f;
  f.named("q");
  f.ticket("q");
  f.ticket("q");
  f.named("other");
  REQUIRE(f.engine->destroy("q").ok());
  CHECK(f.store->count_fifos() == 1);
  CHECK(f.store->count_live() == 2);
  f.settle();
  CHECK(f.store->count_live() == 0);
}

}  // namespace
}  // namespace syncq::test
