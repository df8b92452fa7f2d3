#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"

namespace syncq::test {
namespace {

TEST_CASE("The first N tickets hold at once, each its own slot") {
  FifoFixture f;
  f.named("q", with_slots(3));
  for (int i = 0; i < 3; ++i) {
    auto granted = f.wait("q", f.ticket("q"), 1);
    REQUIRE(granted);
    CHECK(granted->slot == i);
    CHECK(granted->fence == i + 1);
  }
  Uuid fourth = f.ticket("q");
  CHECK_FALSE(f.wait("q", fourth, 4));
  CHECK(f.fifo_row("q").held == 3);
  CHECK(f.fifo_row("q").waiting() == 1);
}

TEST_CASE("A slot that comes free is the next one's, the smallest first") {
  FifoFixture f;
  f.named("q", with_slots(4));
  std::vector<Uuid> tickets;
  for (int i = 0; i < 4; ++i) tickets.push_back(f.ticket("q"));
  f.done("q", tickets[2]);
  f.done("q", tickets[1]);
  CHECK(f.row(tickets[1]).slot == -1);
  CHECK(f.wait("q", f.ticket("q"), 5)->slot == 1);
  CHECK(f.wait("q", f.ticket("q"), 6)->slot == 2);
  Uuid waiting = f.ticket("q");
  CHECK_FALSE(f.wait("q", waiting, 7));
  f.done("q", tickets[3]);
  CHECK(f.callers.granted(7)->slot == 3);
}

TEST_CASE("A slot is held by one ticket at a time, whatever happens") {
  FifoFixture f;
  NewFifo wanted = with_slots(3);
  wanted.timeouts = {1h, 10s, 20s};
  f.named("q", wanted);
  std::vector<Uuid> tickets;
  // A fixed mixture of all that can happen to tickets.
  for (int step = 0; step < 300; ++step) {
    tickets.push_back(f.ticket("q"));
    auto caller = static_cast<ConnectionId>(step);
    if (step % 3 != 0) {
      (void)f.engine->wait("q", tickets.back(), caller, {}, f.now);
    }
    if (step % 4 == 0) {
      (void)f.engine->done("q", tickets[tickets.size() / 2], {}, f.now, f.wall);
    }
    if (step % 5 == 0) f.callers.dead.insert(caller - 2);
    f.advance(2s);
    std::set<int> slots;
    std::vector<Ticket> held = f.store->held_tickets(f.fifo_row("q").id);
    CHECK(held.size() <= 3);
    CHECK(static_cast<int>(held.size()) == f.fifo_row("q").held);
    for (const Ticket& ticket : held) {
      CHECK((ticket.slot >= 0 && ticket.slot < 3));
      CHECK(slots.insert(ticket.slot).second);
    }
    CHECK((f.fifo_row("q").held == 3 || f.fifo_row("q").waiting() == 0));
  }
}

TEST_CASE("Order is that of creation, no matter who waits first") {
  FifoFixture f;
  f.named("q");
  std::vector<Uuid> tickets;
  for (int i = 0; i < 20; ++i) {
    tickets.push_back(f.ticket("q"));
    // The clock of a ticket says nothing about its position.
    if (i == 10) f.now -= 1h;
  }
  for (int i = 19; i > 0; --i) {
    CHECK_FALSE(f.wait("q", tickets[static_cast<std::size_t>(i)],
                       static_cast<ConnectionId>(i)));
  }
  for (std::size_t i = 0; i < 19; ++i) {
    f.done("q", tickets[i]);
    CHECK(f.callers.notices.size() == i + 1);
    CHECK(f.callers.granted(i + 1)->ticket == tickets[i + 1]);
  }
}

TEST_CASE("Lines of different FIFOs do not mix") {
  FifoFixture f;
  f.named("a");
  f.named("b");
  Uuid a = f.ticket("a");
  Uuid b = f.ticket("b");
  CHECK(f.wait("a", a, 1));
  CHECK(f.wait("b", b, 2));
  Uuid next = f.ticket("a");
  CHECK_FALSE(f.wait("a", next, 3));
  f.done("b", b);
  CHECK_FALSE(f.callers.granted(3));
}

TEST_CASE("The line is shown in order, those who hold first") {
  FifoFixture f;
  f.named("q", with_slots(2));
  std::vector<Uuid> tickets;
  for (int i = 0; i < 5; ++i) tickets.push_back(f.ticket("q"));
  CHECK_FALSE(f.wait("q", tickets[3], 1));
  auto views = f.engine->live_tickets(f.fifo_row("q"), 4, f.now);
  REQUIRE(views.size() == 4);
  const std::vector<std::int64_t> places = {0, 0, 1, 2};
  for (std::size_t i = 0; i < views.size(); ++i) {
    CHECK(views[i].ticket.uuid == tickets[i]);
    CHECK(views[i].position == places[i]);
    CHECK(views[i].attached == (i == 3));
  }
}

}  // namespace
}  // namespace syncq::test
