// Waiters whose process is stopped when their turn would come.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"

namespace syncq::test {
namespace {

TEST_CASE("A stopped waiter is passed over and keeps its position in front") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply stopped = f.hold("q", 2);
  f.hold("q", 3);
  f.hold("q", 4);
  f.callers.stopped_ones.insert(2);
  f.gone(1);
  CHECK_FALSE(f.callers.granted(2));
  CHECK(f.callers.granted(3)->fence == 1 + 1);
  CHECK(f.state(stopped.ticket) == TicketState::kWaiting);

  // No turn is taken back for it; it gets the next one.
  f.callers.stopped_ones.clear();
  f.advance(10s);
  CHECK_FALSE(f.callers.granted(2));
  f.gone(3);
  CHECK(f.callers.granted(2)->fence == 3);
  CHECK_FALSE(f.callers.granted(4));
}

TEST_CASE("If all who wait are stopped they are asked each second") {
  FifoFixture f;
  f.hold("q", 1);
  f.hold("q", 2);
  f.hold("q", 3);
  f.callers.stopped_ones = {2, 3};
  f.gone(1);
  CHECK(f.fifo_row("q").held == 0);
  CHECK(f.engine->next_deadline() == f.now + kAskStopped);
  f.now += kAskStopped;
  f.engine->tick(f.now, f.wall);
  CHECK(f.fifo_row("q").held == 0);
  CHECK_FALSE(f.database->dirty());
  f.callers.stopped_ones = {2};
  f.advance(kAskStopped);
  CHECK(f.callers.granted(3));
  f.callers.stopped_ones = {};
  f.gone(3);
  CHECK(f.callers.granted(2));
}

TEST_CASE("A newcomer does not wait for a line that is all stopped") {
  FifoFixture f;
  f.hold("q", 1);
  f.hold("q", 2);
  f.callers.stopped_ones = {2};
  f.gone(1);
  SECTION("unless they have gone on since") {
    f.callers.stopped_ones = {};
    CHECK(f.hold("q", 3).position == 1);
    CHECK(f.callers.granted(2));
  }
  SECTION("by hold") { CHECK(f.hold("q", 3).granted); }
  SECTION("by hold that would not wait") {
    HoldRequest call;
    call.nowait = true;
    CHECK(f.hold("q", 3, call).granted);
  }
  SECTION("by a ticket") {
    CHECK(f.state(f.ticket("q")) == TicketState::kReady);
  }
}

TEST_CASE("A stopped caller of wait is passed over, unless another waits too") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  Uuid third = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));
  CHECK_FALSE(f.wait("q", third, 3));
  f.callers.stopped_ones = {2};
  SECTION("alone") {
    f.done("q", first);
    CHECK(f.state(second) == TicketState::kWaiting);
    CHECK(f.callers.granted(3));
  }
  SECTION("with another") {
    CHECK_FALSE(f.wait("q", second, 4));
    f.done("q", first);
    CHECK(f.callers.granted(4));
  }
}

TEST_CASE("A stopped waiter's position outlives a restart of the daemon") {
  FifoFixture f;
  f.hold("q", 1, by(f.processes.start(100)));
  HoldReply stopped = f.hold("q", 2, by(f.processes.start(200)));
  f.callers.stopped_ones = {2};
  f.processes.stopped = {200};
  f.gone(1);
  f.end_process(100);
  f.restart();
  f.advance(1h);
  CHECK(f.state(stopped.ticket) == TicketState::kWaiting);
  f.processes.stopped.clear();
  f.advance(kAskStopped);
  CHECK(f.state(stopped.ticket) == TicketState::kReady);
}

TEST_CASE(
    "Processes are looked at when a turn passes on, once, and not otherwise") {
  FifoFixture f;
  for (ConnectionId caller = 1; caller < 4; ++caller) {
    f.hold("free", caller);
    f.gone(caller);
  }
  f.hold("q", 11);
  f.hold("q", 12);
  CHECK(f.callers.looks == 0);
  f.gone(11);
  CHECK(f.callers.looks == 1);
}

TEST_CASE("Many stopped waiters are passed over a piece at a time") {
  FifoFixture f;
  f.hold("q", 1);
  ConnectionId last = 5 * kMostLooks;
  for (ConnectionId caller = 2; caller < last; ++caller) {
    f.hold("q", caller);
    f.callers.stopped_ones.insert(caller);
  }
  f.hold("q", last);
  f.callers.looks = 0;
  f.gone(1);
  CHECK(f.callers.looks <= 2 * kMostLooks);
  CHECK_FALSE(f.callers.granted(last));
  // Nobody gets in between.
  CHECK_FALSE(f.hold("q", last + 1).granted);
  for (int i = 0; i < 3; ++i) f.settle();
  CHECK(f.callers.granted(last));
  CHECK_FALSE(f.callers.granted(last + 1));
  CHECK(f.fifo_row("q").held == 1);
}

TEST_CASE("A waiter that was asked in an aborted transaction is asked again") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  f.callers.stopped_ones = {2};
  f.gone(1);
  f.callers.stopped_ones = {};
  f.now += kAskStopped;
  f.engine->tick(f.now, f.wall);
  REQUIRE(f.state(second.ticket) == TicketState::kAccepted);
  f.abort();
  CHECK(f.state(second.ticket) == TicketState::kWaiting);
  f.settle();
  CHECK(f.state(second.ticket) == TicketState::kAccepted);
}

TEST_CASE("Who is stopped is shown") {
  FifoFixture f;
  f.hold("q", 1, by(f.processes.start(100)));
  f.hold("q", 2);
  f.hold("q", 3);
  f.callers.stopped_ones = {3};
  f.processes.stopped = {100};
  auto tickets = f.engine->live_tickets(f.fifo_row("q"), 10, f.now);
  REQUIRE(tickets.size() == 3);
  CHECK(tickets[0].stopped == true);
  CHECK(tickets[1].stopped == false);
  CHECK(tickets[2].stopped == true);
  CHECK(f.engine->show("q", f.now)->holder->stopped == true);
  CHECK(f.hold("q", 4).news->holder.stopped == true);
}

}  // namespace
}  // namespace syncq::test
