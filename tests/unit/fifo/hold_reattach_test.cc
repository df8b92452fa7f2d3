#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

HoldRequest back_to(const Uuid& ticket) {
  HoldRequest call;
  call.ticket = ticket;
  return call;
}

TEST_CASE("A holder that comes back has the same grant") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  f.restart();
  HoldReply again = f.hold("q", 2, back_to(first.ticket));
  CHECK(again.ticket == first.ticket);
  CHECK(again.position == 0);
  REQUIRE(again.granted);
  CHECK(again.granted->fence == first.granted->fence);
  CHECK(again.granted->slot == first.granted->slot);
  // From here on its connection is the lease again.
  f.advance(24h);
  CHECK(f.state(first.ticket) == TicketState::kAccepted);
  f.gone(2);
  CHECK(f.ended(first.ticket) == TicketEnd::kDone);
}

TEST_CASE("A waiter that comes back has kept its position") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  HoldReply third = f.hold("q", 3);
  f.restart();
  CHECK_FALSE(f.hold("q", 13, back_to(third.ticket)).granted);
  CHECK_FALSE(f.hold("q", 12, back_to(second.ticket)).granted);
  CHECK(f.hold("q", 11, back_to(first.ticket)).granted);
  f.advance(PositionNotifier::kSweepInterval);
  CHECK(f.callers.told<PositionInLine>(12).back().position == 1);
  CHECK(f.callers.told<PositionInLine>(13).back().position == 2);
  f.gone(11);
  CHECK(f.callers.granted(12)->ticket == second.ticket);
  CHECK_FALSE(f.callers.granted(13));
}

TEST_CASE("A waiter whose turn came while it was away can take it up") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  f.restart();
  f.done("q", first.ticket);
  CHECK(f.state(second.ticket) == TicketState::kReady);
  f.advance(1min - kNano);
  HoldReply again = f.hold("q", 12, back_to(second.ticket));
  CHECK(again.granted->fence == 2);
  f.advance(24h);
  CHECK(f.state(second.ticket) == TicketState::kAccepted);
}

TEST_CASE("A turn of hold that nobody comes back for passes on") {
  FifoFixture f;
  HoldRequest call;
  call.fifo.timeouts = {Duration(0), Duration(0), Duration(0)};
  HoldReply first = f.hold("q", 1, call);
  HoldReply second = f.hold("q", 2);
  f.restart();
  // With no accept_timeout either: a lease without its holder has an end.
  f.done("q", first.ticket);
  CHECK(f.state(second.ticket) == TicketState::kReady);
  f.advance(1min);
  CHECK(f.ended(second.ticket) == TicketEnd::kExpired);
}

TEST_CASE(
    "A lost holder keeps its turn for a while, and a lost waiter its place") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  HoldReply third = f.hold("q", 3);
  f.lost(1, 15s);
  f.lost(2, 15s);
  f.advance(15s - kNano);
  CHECK(f.state(first.ticket) == TicketState::kAccepted);
  SECTION("both come back") {
    CHECK(f.hold("q", 11, back_to(first.ticket)).granted);
    CHECK_FALSE(f.hold("q", 12, back_to(second.ticket)).granted);
    f.advance(1h);
    CHECK(f.state(first.ticket) == TicketState::kAccepted);
    f.gone(11);
    CHECK(f.callers.granted(12)->ticket == second.ticket);
  }
  SECTION("none does") {
    f.advance(kNano);
    CHECK(f.ended(first.ticket) == TicketEnd::kDone);
    CHECK(f.ended(second.ticket) == TicketEnd::kCancelled);
    CHECK(f.callers.granted(3)->ticket == third.ticket);
  }
  SECTION("one is lost again") {
    f.hold("q", 11, back_to(first.ticket));
    f.lost(11, 15s);
    f.advance(14s);
    CHECK(f.state(first.ticket) == TicketState::kAccepted);
    f.advance(1s);
    CHECK(f.ended(first.ticket) == TicketEnd::kDone);
  }
}

TEST_CASE("A remote waiter that closes its connection has left the line") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  CHECK_FALSE(f.engine->caller_lost(2, false, f.now + 15s));
  CHECK(f.engine->caller_lost(1, false, f.now + 15s));
  f.settle();
  CHECK(f.ended(second.ticket) == TicketEnd::kCancelled);
  CHECK(f.state(first.ticket) == TicketState::kAccepted);
}

TEST_CASE("A turn that comes to a lost waiter is kept for it") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  f.lost(2, 15s);
  f.gone(1);
  CHECK(f.state(second.ticket) == TicketState::kReady);
  CHECK(f.hold("q", 12, back_to(second.ticket)).granted);
}

TEST_CASE("The old connection's end does not end the new one's lease") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  CHECK(f.hold("q", 2, back_to(first.ticket)).granted);
  f.gone(1);
  CHECK(f.state(first.ticket) == TicketState::kAccepted);
  f.gone(2);
  CHECK(f.ended(first.ticket) == TicketEnd::kDone);
}

TEST_CASE("Coming back to a ticket that has ended says how it ended") {
  FifoFixture f;
  HoldRequest call;
  call.fifo.timeouts.wait = 1h;
  HoldReply held = f.hold("q", 1, call);
  HoldReply late = f.hold("q", 2);
  HoldReply left = f.hold("q", 3);
  f.advance(59min);
  f.gone(3);
  f.advance(1min);
  CHECK(f.hold_refusal("q", 9, back_to(late.ticket)) ==
        ErrorCode::kWaitTimeout);
  CHECK(f.hold_refusal("q", 9, back_to(left.ticket)) == ErrorCode::kCancelled);
  f.gone(1);
  CHECK(f.hold_refusal("q", 9, back_to(held.ticket)) == ErrorCode::kDone);
  CHECK(f.hold_refusal("q", 9, back_to(Uuid::random())) ==
        ErrorCode::kNotFound);
}

TEST_CASE("hold and wait do not take each other's tickets") {
  FifoFixture f;
  f.named("q");
  Uuid plain = f.ticket("q");
  CHECK(f.hold_refusal("q", 1, back_to(plain)) == ErrorCode::kConflict);
  f.done("q", plain);

  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  f.restart();
  f.done("q", first.ticket);
  REQUIRE(f.state(second.ticket) == TicketState::kReady);
  // Accepted by wait it would have no clock, and nobody to end it.
  CHECK(f.wait_refusal("q", second.ticket) == ErrorCode::kConflict);
}

TEST_CASE("A ticket named by its caller is drawn once, however often asked") {
  FifoFixture f;
  f.hold("q", 1);
  HoldRequest call = back_to(Uuid::random());
  call.label = "make";
  HoldReply first = f.hold("q", 2, call);
  CHECK(first.ticket == *call.ticket);
  CHECK(first.position == 1);
  // The answer was lost, and the end of its connection was not seen yet.
  HoldReply again = f.hold("q", 3, call);
  CHECK(again.ticket == *call.ticket);
  CHECK(f.fifo_row("q").live == 2);
  f.gone(2);
  f.gone(1);
  CHECK(f.callers.granted(3)->ticket == *call.ticket);
  CHECK(f.row(*call.ticket).label == "make");
}

TEST_CASE("A named ticket that has ended is not drawn again") {
  FifoFixture f;
  HoldRequest call = back_to(Uuid::random());
  f.hold("q", 1, call);
  f.gone(1);
  call.create = true;
  CHECK(f.hold_refusal("q", 2, call) == ErrorCode::kDone);
  CHECK(f.fifo_row("q").live == 0);
}

TEST_CASE("A named ticket of another FIFO makes nothing") {
  FifoFixture f;
  f.named("r");
  HoldRequest call = back_to(Uuid::random());
  f.hold("q", 1, call);
  call.create = true;
  CHECK(f.hold_refusal("r", 2, call) == ErrorCode::kWrongFifo);
  CHECK(f.hold_refusal("new_one", 2, call) == ErrorCode::kNotFound);
  CHECK(f.fifos() == 2);
  // Nor does one that is not there, unless it was asked for.
  CHECK(f.hold_refusal("q", 2, back_to(Uuid::random())) ==
        ErrorCode::kNotFound);
}

}  // namespace
}  // namespace syncq::test
