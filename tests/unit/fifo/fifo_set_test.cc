// A FIFO in use gets other slots and timeouts.

#include "daemon/store/store_rules.h"
#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

void set(FifoFixture& f, const NewFifo& wanted) {
  REQUIRE(f.engine->set("q", wanted, f.now).ok());
  f.settle();
}

TEST_CASE("More slots are given at once") {
  FifoFixture f;
  for (ConnectionId caller = 1; caller <= 4; ++caller) f.hold("q", caller);
  set(f, with_slots(3));
  CHECK(f.callers.granted(2)->slot == 1);
  CHECK(f.callers.granted(3)->slot == 2);
  CHECK_FALSE(f.callers.granted(4));
}

TEST_CASE("Of fewer slots those beyond are not given again") {
  FifoFixture f;
  f.named("q", with_slots(4));
  for (ConnectionId caller = 1; caller <= 4; ++caller) f.hold("q", caller);
  HoldReply fifth = f.hold("q", 5);
  set(f, with_slots(2));
  CHECK(f.fifo_row("q").held == 4);
  CHECK(find_breaches(*f.database).empty());
  // Whoever comes free, two still hold.
  f.gone(1);
  f.gone(2);
  CHECK(f.state(fifth.ticket) == TicketState::kWaiting);
  HoldRequest now_or_never;
  now_or_never.nowait = true;
  CHECK(f.hold_refusal("q", 6, now_or_never) == ErrorCode::kStillWaiting);
  // Those who hold have slots 2 and 3.
  f.gone(4);
  CHECK(f.callers.granted(5)->slot == 0);
  f.gone(3);
  CHECK(f.hold("q", 7).granted->slot == 1);
  CHECK(f.fifo_row("q").held == 2);
  set(f, with_slots(1));
  f.gone(5);
  CHECK(f.hold("q", 8).position == 1);
  f.gone(7);
  CHECK(f.callers.granted(8)->slot == 0);
}

TEST_CASE("New timeouts count for tickets drawn from now on") {
  FifoFixture f;
  f.hold("q", 1);
  Uuid before = f.ticket("q");
  NewFifo wanted;
  wanted.timeouts.wait = 1min;
  wanted.timeouts.accept = 2min;
  wanted.timeouts.done = 3min;
  set(f, wanted);
  Uuid after = f.ticket("q");
  CHECK(f.row(before).timeouts == Timeouts{});
  CHECK(f.row(after).timeouts == Timeouts{1min, 2min, 3min});
  f.advance(1min);
  CHECK(f.ended(after) == TicketEnd::kWaitTimeout);
  CHECK(f.state(before) == TicketState::kWaiting);
  // What is not given stays.
  set(f, with_slots(2));
  CHECK(f.fifo_row("q").config.timeouts == Timeouts{1min, 2min, 3min});
}

TEST_CASE("A FIFO that is unused goes so long after it was set") {
  FifoFixture f;
  f.named("q");
  NewFifo brief;
  brief.unused_destroy = 1h;
  set(f, brief);
  f.advance(1h - kNano);
  CHECK(f.fifos() == 1);
  f.advance(kNano);
  CHECK(f.fifos() == 0);
  CHECK(f.engine->set("q", brief, f.now).refusal().code ==
        ErrorCode::kNotFound);
}

TEST_CASE("What was set is so after a restart, and not if it was aborted") {
  TempDir dir;
  FifoFixture f(dir / "syncq.db");
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  REQUIRE(f.engine->set("q", with_slots(2), f.now).ok());
  f.abort();
  f.settle();
  CHECK(f.fifo_row("q").config.slots == 1);
  CHECK(f.state(second.ticket) == TicketState::kWaiting);
  set(f, with_slots(2));
  set(f, with_slots(1));
  f.restart();
  CHECK(f.fifo_row("q").config.slots == 1);
  CHECK(f.fifo_row("q").held == 2);
  CHECK(f.state(first.ticket) == TicketState::kAccepted);
}

}  // namespace
}  // namespace syncq::test
