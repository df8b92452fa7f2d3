// What a ticket may take of a FIFO's slots, and when it is expected to.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"

namespace syncq::test {
namespace {

TEST_CASE("More than the FIFO has can't be taken and no FIFO is made for it") {
  FifoFixture f;
  f.named("q", with_slots(2));
  auto drawn = f.engine->ticket("q", {}, hold_of(3).terms, f.now);
  REQUIRE_FALSE(drawn.ok());
  CHECK(drawn.refusal().code == ErrorCode::kTooFewSlots);
  CHECK(drawn.refusal().message.starts_with(
      "FIFO q has 2 slots, too few to take 3: "));
  HoldRequest call = hold_of(3);
  call.create = true;
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kTooFewSlots);
  CHECK(f.live() == 0);
  CHECK(f.hold_refusal("new-one", 1, call) == ErrorCode::kTooFewSlots);
  CHECK(f.fifos() == 1);
  call.fifo.slots = 3;
  CHECK(f.hold("new-one", 1, call).granted->more_slots == std::vector{1, 2});
}

TEST_CASE("What is shared takes one slot and no more") {
  FifoFixture f;
  f.named("q", with_slots(4));
  TicketTerms both = hold_of(2).terms;
  both.shared = true;
  CHECK(f.engine->ticket("q", {}, both, f.now).refusal().code ==
        ErrorCode::kBadRequest);
  HoldRequest call;
  call.terms = both;
  call.create = true;
  CHECK(f.hold_refusal("other", 1, call) == ErrorCode::kBadRequest);
  CHECK(f.fifos() == 1);
}

TEST_CASE("One that waits for several is expected when so many are free") {
  FifoFixture f;
  f.named("q", with_slots(3));
  for (int turn = 0; turn < 3; ++turn) {
    f.hold("q", 1);
    f.advance(60s);
    f.gone(1);
  }
  f.hold("q", 2, hold_of(2));
  f.advance(20s);
  f.hold("q", 3);
  // Two slots are free in 40 s, the third in 60 s.
  HoldReply first = f.hold("q", 4);
  CHECK(first.news->expected_wait == 40s);
  f.hold("q", 5, hold_of(3));
  f.hold("q", 6);
  f.hold("q", 7, hold_of(2));
  f.hold("q", 8, hold_of(2));
  auto views = f.engine->live_tickets(f.fifo_row("q"), 100, f.now);
  REQUIRE(views.size() == 7);
  CHECK(views[2].expected_wait == 40s);
  CHECK(views[3].expected_wait == 100s);
  CHECK(views[4].expected_wait == 160s);
  CHECK(views[5].expected_wait == 160s);
  CHECK(views[6].expected_wait == 220s);
  f.gone(4);
  f.gone(5);
  f.gone(6);
  f.gone(7);
  f.gone(8);
  // At once, if it is the first.
  CHECK(f.hold("q", 9, hold_of(3)).news->expected_wait == 60s);
}

}  // namespace
}  // namespace syncq::test
