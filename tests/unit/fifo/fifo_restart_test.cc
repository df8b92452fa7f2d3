#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

TEST_CASE("After a restart there are the same tickets in the same order") {
  TempDir dir;
  FifoFixture f(dir / "syncq.db");
  NewFifo wanted;
  wanted.slots = 2;
  wanted.allow_overrides = true;
  wanted.timeouts = {3h, 2min, 5min};
  wanted.unused_destroy = 77h;
  f.named("q", wanted);
  std::vector<Uuid> tickets;
  for (int i = 0; i < 6; ++i) tickets.push_back(f.ticket("q"));
  CHECK(f.wait("q", tickets[0], 1)->fence == 1);
  f.done("q", tickets[3]);
  Fifo before = f.fifo_row("q");

  f.restart();
  Fifo after = f.fifo_row("q");
  CHECK(after.uuid == before.uuid);
  CHECK(after.config.timeouts == before.config.timeouts);
  CHECK(after.config.unused_destroy == 77h);
  CHECK(after.config.allow_overrides);
  CHECK(after.config.slots == 2);
  CHECK(after.created == f.wall);
  CHECK(after.live == 5);
  CHECK(after.held == 2);
  CHECK(f.state(tickets[0]) == TicketState::kAccepted);
  CHECK(f.state(tickets[1]) == TicketState::kReady);
  CHECK(f.ended(tickets[3]) == TicketEnd::kCancelled);
  CHECK(f.wait("q", tickets[0], 1)->fence == 1);
  f.done("q", tickets[0]);
  f.done("q", tickets[1]);
  for (std::size_t i : {2u, 4u}) {
    CHECK(f.state(tickets[i]) == TicketState::kReady);
  }
  CHECK(f.state(tickets[5]) == TicketState::kWaiting);
}

TEST_CASE("No ticket expires because the daemon was down") {
  FifoFixture f;
  NewFifo wanted;
  wanted.timeouts = {1h, 40s, 5min};
  f.named("q", wanted);
  f.named("unused", wanted);
  Uuid accepted = f.ticket("q");
  CHECK(f.wait("q", accepted, 1));
  Uuid waiting = f.ticket("q");
  f.named("r", wanted);
  Uuid ready = f.ticket("r");

  f.now += 24h * 40;
  f.restart();
  CHECK(f.state(accepted) == TicketState::kAccepted);
  CHECK(f.state(waiting) == TicketState::kWaiting);
  CHECK(f.state(ready) == TicketState::kReady);
  CHECK(f.engine->show("unused", f.now).ok());

  // Each has at least its accept_timeout.
  f.advance(40s - kNano);
  CHECK(f.state(accepted) == TicketState::kAccepted);
  CHECK(f.state(waiting) == TicketState::kWaiting);
  CHECK(f.state(ready) == TicketState::kReady);
  f.advance(kNano);
  CHECK(f.ended(accepted) == TicketEnd::kExpired);
  CHECK(f.ended(ready) == TicketEnd::kExpired);
  f.advance(20s);
  CHECK_FALSE(f.engine->show("unused", f.now).ok());
}

TEST_CASE("A clock with more time left than that is not moved") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  CHECK(f.wait("q", ticket, 1));
  auto deadline = f.row(ticket).deadline;
  f.advance(1min);
  f.restart();
  CHECK(f.row(ticket).deadline == deadline);
}

TEST_CASE("A clock without accept_timeout gets a minute at a start") {
  FifoFixture f;
  NewFifo wanted;
  wanted.timeouts = {1h, Duration(0), 5min};
  f.named("q", wanted);
  Uuid ticket = f.ticket("q");
  CHECK(f.wait("q", ticket, 1));
  f.now += 24h;
  f.restart();
  f.advance(1min - kNano);
  CHECK(f.state(ticket) == TicketState::kAccepted);
  f.advance(kNano);
  CHECK(f.ended(ticket) == TicketEnd::kExpired);
}

TEST_CASE("A jump of the wall clock moves nothing") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  CHECK(f.wait("q", ticket, 1));
  f.wall += 1'000'000'000'000;
  f.restart();
  f.advance(10min - kNano);
  CHECK(f.state(ticket) == TicketState::kAccepted);
  f.wall = 0;
  f.advance(kNano);
  CHECK(f.ended(ticket) == TicketEnd::kExpired);
}

TEST_CASE("A command that lives on through a restart keeps its turn") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), true));
  HoldReply next = f.hold("q", 2, by(f.processes.start(200), true));
  f.restart();
  f.advance(5h);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  CHECK(f.state(next.ticket) == TicketState::kWaiting);
  f.end_process(100);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
  CHECK(f.state(next.ticket) == TicketState::kReady);
}

TEST_CASE("A command that ended while the daemon was down frees its turn") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), true));
  HoldReply next = f.hold("q", 2, by(f.processes.start(200), true));
  f.processes.running.erase(100);
  f.restart();
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
  CHECK(f.state(next.ticket) == TicketState::kReady);
}

TEST_CASE("After a reboot no earlier process lives, whatever its pid") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), true));
  HoldReply waiting = f.hold("q", 2, by(f.processes.start(200), true));
  HoldReply announced = f.hold("r", 3, by(f.processes.start(300), false));
  f.engine->announce(3, f.processes.start(301));
  f.settle();
  f.restart(false);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
  CHECK(f.ended(waiting.ticket) == TicketEnd::kCancelled);
  CHECK(f.ended(announced.ticket) == TicketEnd::kDone);
}

TEST_CASE("A waiter that died while the daemon was down leaves the line") {
  FifoFixture f;
  f.hold("q", 1, by(f.processes.start(100), true));
  HoldReply dead = f.hold("q", 2, by(f.processes.start(200), true));
  HoldReply alive = f.hold("q", 3, by(f.processes.start(300), true));
  f.processes.running.erase(200);
  f.restart();
  CHECK(f.ended(dead.ticket) == TicketEnd::kCancelled);
  CHECK(f.state(alive.ticket) == TicketState::kWaiting);
  f.end_process(300);
  CHECK(f.ended(alive.ticket) == TicketEnd::kCancelled);
}

TEST_CASE("An announced command counts, not its wrapper") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), false));
  f.engine->announce(1, f.processes.start(101));
  f.settle();
  f.processes.running.erase(100);
  f.restart();
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  f.end_process(101);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE("A holder nobody can see has time to come back") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1);
  f.restart();
  f.advance(1min - kNano);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);

  SECTION("a second restart gives it that time again") {
    f.restart();
    f.advance(1min - kNano);
    CHECK(f.state(held.ticket) == TicketState::kAccepted);
  }
  SECTION("and no more than that") {}
  f.advance(kNano);
  CHECK(f.ended(held.ticket) == TicketEnd::kExpired);
}

TEST_CASE("A connection lease has time to come back, its owner alive") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), false));
  HoldReply next = f.hold("q", 2);
  f.restart();
  f.advance(1min - kNano);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);

  SECTION("and comes back") {
    HoldRequest back = by(f.processes.start(100), false);
    back.ticket = held.ticket;
    CHECK(f.hold("q", 3, back).granted);
    f.advance(5h);
    CHECK(f.state(held.ticket) == TicketState::kAccepted);
  }
  SECTION("and does not") {
    f.advance(kNano);
    CHECK(f.ended(held.ticket) == TicketEnd::kExpired);
    CHECK(f.state(next.ticket) == TicketState::kReady);
  }
  SECTION("and its owner ends") {
    f.end_process(100);
    CHECK(f.ended(held.ticket) == TicketEnd::kDone);
  }
}

TEST_CASE("Thousands of holds survive a restart") {
  FifoFixture f;
  Process owner = f.processes.start(100);
  for (ConnectionId i = 1; i <= 2500; ++i) {
    HoldRequest call = by(owner, true);
    call.create = true;
    REQUIRE(f.engine->hold("q", call, i, f.now, f.wall).ok());
  }
  f.settle();
  f.restart();
  CHECK(f.processes.watched.size() == 2500);
  f.processes.running.clear();
  f.restart();
  CHECK(f.live() == 0);
}

}  // namespace
}  // namespace syncq::test
