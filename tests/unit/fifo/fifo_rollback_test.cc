// Aborted transactions: what the engine keeps in memory must follow.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"

namespace syncq::test {
namespace {

TEST_CASE("A departure in an aborted transaction is handled again") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2, by(f.processes.start(100), true));
  f.engine->caller_gone(1);
  f.engine->tick(f.now, f.wall);
  f.abort();
  CHECK(f.state(first.ticket) == TicketState::kAccepted);
  f.settle();
  CHECK(f.ended(first.ticket) == TicketEnd::kDone);
  CHECK(f.state(second.ticket) == TicketState::kAccepted);

  // The end of a process, too.
  f.gone(2);
  for (auto key : f.processes.end(100)) f.engine->process_ended(key, {});
  f.engine->tick(f.now, f.wall);
  f.abort();
  f.settle();
  CHECK(f.ended(second.ticket) == TicketEnd::kDone);
}

TEST_CASE("A clock that ran out in an aborted transaction runs out again") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  f.now += 1min;
  f.engine->tick(f.now, f.wall);
  f.abort();
  CHECK(f.state(ticket) == TicketState::kReady);
  f.settle();
  CHECK(f.ended(ticket) == TicketEnd::kExpired);
}

TEST_CASE("A deadline of an aborted transaction is no deadline") {
  FifoFixture f;
  NewFifo wanted;
  wanted.timeouts.accept = 1s;
  f.named("q", wanted);
  Instant before = *f.engine->next_deadline();
  REQUIRE(f.engine->ticket("q", {}, {}, f.now).ok());
  CHECK(f.engine->next_deadline() == f.now + 1s);
  f.abort();
  f.settle();
  CHECK(f.engine->next_deadline() == before);
}

// SQLite takes back the sequence numbers of an aborted transaction, too.
TEST_CASE("A hold that was rolled back has no part in a later ticket") {
  FifoFixture f;
  f.named("q");
  HoldRequest call;
  REQUIRE(f.engine->hold("q", call, 1, f.now, f.wall).ok());
  f.abort();

  SECTION("of hold") {
    HoldReply other = f.hold("q", 2);
    REQUIRE(other.granted);
    f.gone(1);
    CHECK(f.state(other.ticket) == TicketState::kAccepted);
    f.gone(2);
    CHECK(f.ended(other.ticket) == TicketEnd::kDone);
  }
  SECTION("of ticket") {
    Uuid other = f.ticket("q");
    f.gone(1);
    CHECK(f.state(other) == TicketState::kReady);
  }
  SECTION("of ticket, if the caller leaves first") {
    f.engine->caller_gone(1);
    Uuid other = f.ticket("q");
    CHECK(f.state(other) == TicketState::kReady);
  }
  SECTION("that waits") {
    f.wait("q", f.ticket("q"), 8);
    REQUIRE(f.engine->hold("q", call, 1, f.now, f.wall).ok());
    f.abort();
    CHECK(f.hold("q", 2).position == 1);
    f.advance(PositionNotifier::kSweepInterval);
    CHECK(f.callers.told<PositionInLine>(1).empty());
  }
  CHECK_FALSE(f.callers.granted(1));
  CHECK_FALSE(f.callers.ended(1));
}

TEST_CASE("A process whose ticket did not end after all is watched on") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), true));
  f.gone(1);

  SECTION("done was rolled back") {
    REQUIRE(f.engine
                ->done("q", held.ticket, {.force = true, .status = {}}, f.now,
                       f.wall)
                .ok());
  }
  SECTION("the FIFO's end was rolled back") {
    REQUIRE(f.engine->destroy("q").ok());
  }
  f.abort();
  f.settle();
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  f.end_process(100);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE("A process that ended in between is noticed, too") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), true));
  f.gone(1);
  REQUIRE(
      f.engine
          ->done("q", held.ticket, {.force = true, .status = {}}, f.now, f.wall)
          .ok());
  f.processes.end(100);
  f.abort();
  f.settle();
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE(
    "A waiter that came back in an aborted transaction has kept its position") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply waiting = f.hold("q", 2, by(f.processes.start(200), true));
  f.restart();
  HoldRequest call;
  call.ticket = waiting.ticket;
  REQUIRE(f.engine->hold("q", call, 12, f.now, f.wall).ok());
  f.abort();
  f.gone(12);
  CHECK(f.state(waiting.ticket) == TicketState::kWaiting);
  f.end_process(200);
  CHECK(f.ended(waiting.ticket) == TicketEnd::kCancelled);
}

// Its command still runs: no other may run because the disk was full for a
// moment.
TEST_CASE("A holder that came back in an aborted transaction can try again") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1);
  f.restart();
  HoldRequest call;
  call.ticket = held.ticket;
  REQUIRE(f.engine->hold("q", call, 11, f.now, f.wall).ok());
  f.abort();
  f.gone(11);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  CHECK(f.hold("q", 12, call).granted->fence == 1);

  // And if it does not, its time is up as before.
  f.restart();
  REQUIRE(f.engine->hold("q", call, 13, f.now, f.wall).ok());
  f.abort();
  f.gone(13);
  f.advance(1min);
  CHECK(f.ended(held.ticket) == TicketEnd::kExpired);
}

TEST_CASE("An aborted destruction leaves a stopped line to be asked again") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  f.callers.stopped_ones = {2};
  f.gone(1);
  REQUIRE(f.state(second.ticket) == TicketState::kWaiting);
  REQUIRE(f.engine->destroy("q").ok());
  f.abort();
  f.callers.stopped_ones = {};
  f.settle();
  CHECK(f.state(second.ticket) == TicketState::kAccepted);
}

TEST_CASE("Asking a stopped line again and again takes no memory") {
  FifoFixture f;
  f.hold("q", 1);
  f.hold("q", 2);
  f.callers.stopped_ones = {2};
  f.gone(1);
  const std::size_t before = f.engine->undoable();
  for (int i = 0; i < 10; ++i) {
    f.now += kAskStopped;
    f.engine->tick(f.now, f.wall);
  }
  CHECK_FALSE(f.database->dirty());
  CHECK(f.engine->undoable() == before);
}

// The next ticket has the number of the one that was undone.
TEST_CASE("Who waits for a ticket that was undone is told, and gets no turn") {
  FifoFixture f;
  f.hold("q", 1);
  HoldRequest call;
  call.ticket = Uuid::random();
  call.create = true;
  REQUIRE(f.engine->hold("q", call, 2, f.now, f.wall).ok());
  auto parked = f.engine->wait("q", *call.ticket, 3, {}, f.now);
  REQUIRE(parked.ok());
  REQUIRE_FALSE(*parked);
  f.abort();
  CHECK(f.engine->next_deadline() == Instant());
  f.hold("q", 4);
  f.gone(1);
  CHECK(f.callers.ended(3) == ErrorCode::kStoreFailed);
  CHECK_FALSE(f.callers.granted(3));
  CHECK(f.callers.granted(4));
}

}  // namespace
}  // namespace syncq::test
