// The end of a FIFO with a long line.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/queue/counting_store.h"

namespace syncq::test {
namespace {

constexpr int kLine = 2500;

void draw(FifoFixture& f, int count) {
  for (int i = 0; i < count; ++i) {
    REQUIRE(f.engine->ticket("q", {}, {}, f.now).ok());
  }
  f.settle();
}

void settle_all(FifoFixture& f) {
  for (int i = 0; i < 100; ++i) f.settle();
}

TEST_CASE("A line of thousands is destroyed in slices") {
  FifoFixture f;
  f.named("q");
  f.hold("q", 1);
  draw(f, kLine);
  f.hold("q", 2);
  CountingStore counting(*f.store);
  FifoEngine engine(counting, f.callers, f.processes, f.events);
  engine.tick(f.now, f.wall);
  counting.work = 0;
  REQUIRE(engine.destroy("q").ok());
  CHECK(engine.next_deadline() == Instant());
  engine.tick(f.now, f.wall);
  CHECK(counting.work < 1000);
  CHECK_FALSE(engine.show("q", f.now).ok());
  CHECK(engine.destroy("q").ok());
  while (engine.next_deadline() == Instant()) engine.tick(f.now, f.wall);
  CHECK(f.store->count_ended() == kLine + 1);
  CHECK(f.store->count_turns() == 0);
}

TEST_CASE("All callers of a destroyed line are told, and its name is free") {
  FifoFixture f;
  f.named("q");
  f.hold("q", 1);
  draw(f, kLine);
  f.hold("q", 2);
  REQUIRE(f.engine->destroy("q").ok());
  f.named("q");
  Uuid fresh = f.ticket("q");
  CHECK(f.state(fresh) == TicketState::kReady);
  settle_all(f);
  CHECK(f.callers.ended(1) == ErrorCode::kDestroyed);
  CHECK(f.callers.ended(2) == ErrorCode::kDestroyed);
  CHECK(f.engine->parked() == 0);
  CHECK(f.state(fresh) == TicketState::kReady);
  CHECK(f.live() == 1);
}

TEST_CASE("A line that runs out while it is destroyed is told so too") {
  FifoFixture f;
  f.named("q");
  draw(f, kLine);
  Uuid last = f.ticket("q");
  CHECK_FALSE(f.wait("q", last, 2));
  REQUIRE(f.engine->destroy("q").ok());
  f.advance(6h);
  settle_all(f);
  CHECK(f.callers.ended(2) == ErrorCode::kDestroyed);
  CHECK(f.engine->parked() == 0);
}

TEST_CASE("A restart in the middle of a FIFO's end goes on with it") {
  FifoFixture f;
  f.named("q");
  f.hold("q", 1);
  draw(f, kLine);
  REQUIRE(f.engine->destroy("q").ok());
  f.settle();
  REQUIRE(f.store->count_ended() < kLine);
  f.restart();
  settle_all(f);
  CHECK(f.store->count_ended() == kLine);
  CHECK(f.store->count_turns() == 0);
  CHECK(f.store->deleted_fifos_in_use().empty());
}

TEST_CASE("A FIFO whose end was rolled back is as it was") {
  FifoFixture f;
  f.named("q");
  HoldReply held = f.hold("q", 1);
  draw(f, kLine);
  REQUIRE(f.engine->destroy("q").ok());
  SECTION("before a slice of it") {}
  SECTION("with the first slice") { f.engine->tick(f.now, f.wall); }
  f.abort();
  settle_all(f);
  CHECK(f.fifo_row("q").live == kLine + 1);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  CHECK(f.store->count_ended() == 0);
}

}  // namespace
}  // namespace syncq::test
