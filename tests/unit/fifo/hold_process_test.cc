// What keeps a turn of hold when its connection has ended: a process.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"

namespace syncq::test {
namespace {

TEST_CASE("A process that becomes the command keeps the turn") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), true));
  CHECK(held.granted->process_lease);
  f.hold("q", 2);
  // exec closes the connection.
  f.gone(1);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  CHECK_FALSE(f.callers.granted(2));
  f.advance(24h);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  f.end_process(100);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE(
    "The turn passes on in the same iteration in which the process ended") {
  FifoFixture f;
  f.hold("q", 1, by(f.processes.start(100), true));
  HoldReply next = f.hold("q", 2);
  f.gone(1);
  f.end_process(100);
  CHECK(f.callers.granted(2)->ticket == next.ticket);
}

TEST_CASE("A process that is gone with its connection frees the turn") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), true));
  f.processes.running.clear();
  f.gone(1);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE("A later process with the same pid is another one") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100, 7), true));
  f.processes.start(100, 8);
  f.gone(1);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE("A waiter's process keeps no position: its connection has to") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply second = f.hold("q", 2, by(f.processes.start(100), true));
  f.gone(2);
  CHECK(f.ended(second.ticket) == TicketEnd::kCancelled);
}

TEST_CASE("A later grant belongs to the process too") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply second = f.hold("q", 2, by(f.processes.start(100), true));
  f.gone(1);
  CHECK(f.callers.granted(2)->process_lease);
  f.gone(2);
  CHECK(f.state(second.ticket) == TicketState::kAccepted);
  f.end_process(100);
  CHECK(f.ended(second.ticket) == TicketEnd::kDone);
}

TEST_CASE("Without exec the connection alone is the lease") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), false));
  CHECK_FALSE(held.granted->process_lease);
  f.gone(1);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE("A command that was announced keeps the turn of a dead wrapper") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), false));
  f.hold("q", 2);
  f.engine->announce(1, f.processes.start(101));
  f.settle();
  f.end_process(100);
  f.gone(1);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  CHECK_FALSE(f.callers.granted(2));
  f.end_process(101);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
  CHECK(f.callers.granted(2));
}

TEST_CASE("A command named while its caller is away keeps the turn") {
  FifoFixture f;
  bool exec = GENERATE(false, true);
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), exec));
  if (exec) {
    f.gone(1);
  } else {
    f.restart();
  }
  f.engine->set_command(f.row(held.ticket), f.processes.start(101));
  f.settle();
  f.advance(24h);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  f.end_process(101);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE("A command that ended before it was named keeps no turn") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1, by(f.processes.start(100), true));
  f.gone(1);
  f.engine->set_command(f.row(held.ticket), {101, 1});
  f.settle();
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE("The end of the connection decides, not that of the command") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1);
  f.engine->announce(1, f.processes.start(101));
  f.settle();
  // The wrapper still has to collect its status.
  f.end_process(101);
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  f.gone(1);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
}

TEST_CASE("Only callers of hold can announce, and only while they live") {
  FifoFixture f;
  f.named("q");
  f.hold("q", 1);
  Uuid waiting = f.ticket("q");
  CHECK_FALSE(f.wait("q", waiting, 2));
  f.engine->announce(2, f.processes.start(101));
  f.engine->announce(77, f.processes.start(101));
  CHECK_FALSE(f.database->dirty());
  CHECK(f.row(waiting).command.pid == 0);
}

TEST_CASE("Others in line see who holds") {
  FifoFixture f;
  HoldRequest call = by(f.processes.start(100), true);
  call.label = "make deploy";
  call.cwd = "/home/u/app";
  f.hold("q", 1, call);
  f.advance(130s);
  HoldReply start = f.hold("q", 2);
  REQUIRE(start.news);
  CHECK(start.news->has_holder);
  CHECK(start.news->holder.label == "make deploy");
  CHECK(start.news->holder.cwd == "/home/u/app");
  CHECK(start.news->holder.pid == 100);
  CHECK(start.news->holder.held_ms == 130'000);
}

}  // namespace
}  // namespace syncq::test
