// hold: ticket, wait and done in one connection.

#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE("hold makes the FIFO, and holds at once if it is free") {
  FifoFixture f;
  HoldRequest call;
  call.fifo.slots = 2;
  call.fifo.timeouts.wait = 1h;
  HoldReply first = f.hold("q", 1, call);
  CHECK(first.position == 0);
  REQUIRE(first.granted);
  CHECK(first.granted->fence == 1);
  CHECK(first.granted->slot == 0);
  CHECK_FALSE(first.granted->process_lease);
  CHECK(first.fifo.name == "q");
  CHECK(f.fifo_row("q").config.slots == 2);
  CHECK(f.fifo_row("q").config.timeouts.wait == 1h);
  CHECK(f.hold("q", 2).granted->slot == 1);
  CHECK(f.hold("q", 3).position == 1);
  CHECK(f.hold("q", 4).position == 2);
}

TEST_CASE("hold makes no FIFO if it was not asked to, nor of a UUID") {
  FifoFixture f;
  HoldRequest call;
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kNotFound);
  call.create = true;
  CHECK(f.hold_refusal("01234567-89ab-4def-8123-456789abcdef", 1, call) ==
        ErrorCode::kNotFound);
  CHECK(f.fifos() == 0);
}

TEST_CASE("hold insists on the slots it names") {
  FifoFixture f;
  f.named("q");
  HoldRequest call;
  call.fifo.slots = 2;
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kConflict);
  call.fifo.slots = 1;
  CHECK(f.hold("q", 1, call).granted);
}

TEST_CASE("The end of the connection frees the turn at once") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  f.hold("q", 3);
  f.gone(1);
  CHECK(f.ended(first.ticket) == TicketEnd::kDone);
  CHECK(f.callers.granted(2)->ticket == second.ticket);
  CHECK(f.callers.granted(2)->fence == 2);
  CHECK_FALSE(f.callers.granted(3));
  // A holder stays parked: its connection is its lease.
  CHECK(f.engine->parked() == 2);
}

TEST_CASE("The end of a waiter's connection frees its position at once") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  HoldReply third = f.hold("q", 3);
  f.gone(2);
  CHECK(f.ended(second.ticket) == TicketEnd::kCancelled);
  CHECK(f.fifo_row("q").waiting() == 1);
  f.gone(1);
  CHECK(f.callers.granted(3)->ticket == third.ticket);
}

TEST_CASE("A dead waiter whose end was not seen yet is passed over") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  HoldReply third = f.hold("q", 3);
  f.callers.dead.insert(2);
  f.gone(1);
  CHECK(f.ended(second.ticket) == TicketEnd::kCancelled);
  CHECK(f.callers.granted(3)->ticket == third.ticket);
  CHECK(f.callers.granted(3)->fence == 2);
  f.gone(2);
  CHECK(f.state(third.ticket) == TicketState::kAccepted);
}

TEST_CASE("No done clock runs while the connection lives") {
  FifoFixture f;
  HoldRequest call;
  call.fifo.timeouts = {1s, 1s, 1s};
  HoldReply held = f.hold("q", 1, call);
  f.advance(24h * 365);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  REQUIRE(f.engine->touch("q", held.ticket, f.now).ok());
  f.settle();
  f.advance(24h);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
}

TEST_CASE("nowait takes a free turn, and makes no ticket for another") {
  FifoFixture f;
  HoldRequest call;
  call.create = call.nowait = true;
  CHECK(f.hold("q", 1, call).granted);
  CHECK(f.hold_refusal("q", 2, call) == ErrorCode::kStillWaiting);
  CHECK(f.fifo_row("q").live == 1);
  CHECK(f.engine->parked() == 1);
  f.gone(1);
  CHECK(f.hold("q", 3, call).granted);
}

// Both are known when the call comes: which of them the loop read first must
// not matter.
TEST_CASE("nowait takes a turn whose holder has just gone") {
  FifoFixture f;
  f.hold("q", 1);
  f.engine->caller_gone(1);
  HoldRequest call;
  call.nowait = true;
  CHECK(f.hold("q", 2, call).granted);
}

TEST_CASE("A call's limit ends it, and its ticket with it") {
  FifoFixture f;
  f.hold("q", 1);
  HoldRequest call;
  call.limit = 5s;
  HoldReply second = f.hold("q", 2, call);
  f.advance(5s - kNano);
  CHECK(f.state(second.ticket) == TicketState::kWaiting);
  f.advance(kNano);
  CHECK(f.callers.ended(2) == ErrorCode::kStillWaiting);
  CHECK(f.ended(second.ticket) == TicketEnd::kCancelled);
  CHECK(f.engine->parked() == 1);
}

TEST_CASE("A call's limit covers its wait, not its turn") {
  FifoFixture f;
  HoldRequest call;
  call.limit = 5s;
  HoldReply first = f.hold("q", 1, call);
  HoldReply second = f.hold("q", 2, call);
  f.advance(3s);
  f.gone(1);
  REQUIRE(f.callers.granted(2));
  f.advance(30min);
  CHECK(f.state(second.ticket) == TicketState::kAccepted);
  CHECK_FALSE(f.callers.ended(2));
  CHECK(f.ended(first.ticket) == TicketEnd::kDone);
}

TEST_CASE("hold's wait_timeout ends the stream") {
  FifoFixture f;
  HoldRequest call;
  call.fifo.timeouts.wait = 1h;
  f.hold("q", 1, call);
  HoldReply second = f.hold("q", 2);
  f.advance(1h);
  CHECK(f.callers.ended(2) == ErrorCode::kWaitTimeout);
  CHECK(f.ended(second.ticket) == TicketEnd::kWaitTimeout);
}

TEST_CASE("done on a ticket of hold ends its stream and passes the turn on") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  f.hold("q", 2);
  f.done("q", first.ticket);
  CHECK(f.callers.ended(1) == ErrorCode::kDone);
  CHECK(f.callers.granted(2));
  f.gone(1);
  CHECK(f.engine->parked() == 1);
  CHECK(f.fifo_row("q").held == 1);
}

TEST_CASE("hold and ticket stand in one line") {
  FifoFixture f;
  f.hold("q", 1);
  Uuid plain = f.ticket("q");
  HoldReply third = f.hold("q", 3);
  CHECK(third.position == 2);
  f.gone(1);
  CHECK(f.state(plain) == TicketState::kReady);
  f.advance(1min);
  CHECK(f.callers.granted(3));
}

}  // namespace
}  // namespace syncq::test
