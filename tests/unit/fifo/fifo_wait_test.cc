#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE("All callers of one ticket are answered together, with one grant") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  for (ConnectionId caller : {5u, 3u, 4u}) {
    CHECK_FALSE(f.wait("q", second, caller));
  }
  f.done("q", first);
  REQUIRE(f.callers.notices.size() == 3);
  for (ConnectionId caller : {3u, 4u, 5u}) {
    REQUIRE(f.callers.granted(caller));
    CHECK(f.callers.granted(caller)->fence == 1);
    CHECK(f.callers.granted(caller)->ticket == second);
    CHECK_FALSE(f.callers.granted(caller)->process_lease);
  }
  CHECK(f.engine->parked() == 0);
}

TEST_CASE("A later wait gets the same grant and restarts no clock") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  auto first = f.wait("q", ticket, 1);
  REQUIRE(first);
  f.advance(9min);
  auto later = f.wait("q", ticket, 2);
  REQUIRE(later);
  CHECK(later->fence == first->fence);
  CHECK(later->slot == first->slot);
  f.advance(1min - kNano);
  CHECK(f.state(ticket) == TicketState::kAccepted);
  f.advance(kNano);
  CHECK(f.ended(ticket) == TicketEnd::kExpired);
}

TEST_CASE("A call's own timeout ends the call and keeps the position") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  Uuid third = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2, 5s));
  CHECK_FALSE(f.wait("q", second, 3, 10s));
  CHECK_FALSE(f.wait("q", third, 4));
  f.advance(5s - kNano);
  CHECK_FALSE(f.callers.ended(2));
  f.advance(kNano);
  CHECK(f.callers.ended(2) == ErrorCode::kStillWaiting);
  CHECK_FALSE(f.callers.ended(3));
  CHECK(f.state(second) == TicketState::kWaiting);
  f.done("q", first);
  CHECK(f.callers.granted(3));
  CHECK_FALSE(f.callers.granted(2));
  CHECK_FALSE(f.callers.granted(4));
  // Answered: its timeout no longer counts.
  f.callers.notices.clear();
  f.advance(1min);
  CHECK(f.callers.notices.empty());
}

TEST_CASE("A call's timeout of zero is none") {
  FifoFixture f;
  f.named("q");
  f.wait("q", f.ticket("q"), 1);
  Uuid second = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2, Duration(0)));
  f.advance(5min);
  CHECK(f.callers.notices.empty());
}

TEST_CASE("A caller that has gone does not take the turn") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));

  SECTION("and its connection was seen to close") {
    f.gone(2);
    f.done("q", first);
  }
  SECTION("and nobody has seen it yet") {
    f.callers.dead.insert(2);
    f.done("q", first);
    f.gone(2);
  }
  CHECK(f.callers.notices.empty());
  CHECK(f.state(second) == TicketState::kReady);
  CHECK(f.engine->parked() == 0);
  // It can still come back in time.
  f.advance(1min - kNano);
  CHECK(f.wait("q", second, 3)->fence == 1);
}

TEST_CASE("One live caller of a ticket is enough") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));
  CHECK_FALSE(f.wait("q", second, 3));
  f.callers.dead.insert(2);
  f.done("q", first);
  CHECK(f.callers.granted(3));
  CHECK_FALSE(f.callers.granted(2));
  CHECK(f.state(second) == TicketState::kAccepted);
}

TEST_CASE("touch restarts the done clock, of an accepted ticket only") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  Uuid waiting = f.ticket("q");
  auto touch = [&](const Uuid& t) { return f.engine->touch("q", t, f.now); };
  CHECK(touch(ticket).refusal().code == ErrorCode::kConflict);
  CHECK(touch(waiting).refusal().code == ErrorCode::kConflict);
  CHECK(f.wait("q", ticket, 1));
  for (int i = 0; i < 5; ++i) {
    f.advance(10min - kNano);
    REQUIRE(touch(ticket).ok());
    f.settle();
  }
  f.advance(10min);
  CHECK(f.ended(ticket) == TicketEnd::kExpired);
  CHECK(touch(ticket).refusal().code == ErrorCode::kExpired);
}

TEST_CASE("touch without a done clock changes nothing") {
  FifoFixture f;
  NewFifo wanted;
  wanted.timeouts.done = Duration(0);
  f.named("q", wanted);
  Uuid ticket = f.ticket("q");
  CHECK(f.wait("q", ticket, 1));
  REQUIRE(f.engine->touch("q", ticket, f.now).ok());
  f.advance(24h * 365);
  CHECK(f.state(ticket) == TicketState::kAccepted);
}

}  // namespace
}  // namespace syncq::test
