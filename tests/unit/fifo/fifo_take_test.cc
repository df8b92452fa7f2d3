// Tickets that take several slots at once.

#include <fmt/format.h>

#include "daemon/fifo/fifo_json.h"
#include "daemon/fifo/slots.h"
#include "daemon/store/store_rules.h"
#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"
#include "tests/unit/store/store_cost.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

// A FIFO "q" in whose line all is drawn, each with how many slots it takes.
struct TakeLine : FifoFixture {
  explicit TakeLine(int slots, std::string path = ":memory:")
      : FifoFixture(std::move(path)) {
    named("q", with_slots(slots));
  }
  void draw(std::initializer_list<int> takes) {
    for (int take : takes) tickets.push_back(ticket("q", {}, taking(take)));
  }
  // Of each ticket its slots; "." if it waits, "-" if it has ended.
  std::string slots() {
    std::string text;
    for (const Uuid& each : tickets) {
      Ticket found = row(each);
      if (!text.empty()) text += ' ';
      if (found.state == TicketState::kWaiting) {
        text += '.';
      } else if (found.state == TicketState::kEnded) {
        text += '-';
      } else {
        std::vector<int> all = found.more_slots;
        all.insert(all.begin(), found.slot);
        text += slots_text(all);
      }
    }
    return text;
  }
  void end(std::size_t which) { done("q", tickets[which]); }
  int taken() { return fifo_row("q").slots_taken(); }

  std::vector<Uuid> tickets;
};

TEST_CASE("A ticket takes several slots at once, the lowest that are free") {
  TakeLine f(8);
  f.draw({1, 3, 1, 2});
  CHECK(f.slots() == "0 1,2,3 4 5,6");
  CHECK(f.fifo_row("q").held == 4);
  CHECK(f.taken() == 7);
  f.end(0);
  f.end(2);
  f.draw({3});
  CHECK(f.slots() == "- 1,2,3 - 5,6 0,4,7");
  CHECK(f.taken() == 8);
  f.end(1);
  CHECK(f.taken() == 5);
  CHECK(f.row(f.tickets[1]).more_slots.empty());
}

TEST_CASE("The first in line waits for all its slots and nobody passes it") {
  TakeLine f(4);
  f.draw({3, 2, 1, 1});
  CHECK(f.slots() == "0,1,2 . . .");
  CHECK(f.hold("q", 1).position == 4);
  HoldRequest now_or_never = hold_of(1);
  now_or_never.nowait = true;
  CHECK(f.hold_refusal("q", 2, now_or_never) == ErrorCode::kStillWaiting);
  f.end(0);
  CHECK(f.slots() == "- 0,1 2 3");
  f.end(2);
  CHECK(f.callers.granted(1)->slot == 2);
}

TEST_CASE("One that takes all waits until the last has ended") {
  TakeLine f(3);
  f.draw({1, 1, 1, 3, 1});
  f.end(1);
  CHECK(f.slots() == "0 - 2 . .");
  f.end(0);
  CHECK(f.slots() == "- - 2 . .");
  f.end(2);
  CHECK(f.slots() == "- - - 0,1,2 .");
  f.end(3);
  CHECK(f.slots() == "- - - - 0");
}

TEST_CASE("If one that waits for several goes those behind it are asked") {
  TakeLine f(4);
  f.draw({3, 2, 1});
  CHECK(f.slots() == "0,1,2 . .");
  f.end(1);
  CHECK(f.slots() == "0,1,2 - 3");
}

TEST_CASE("Order among those who take several is by priority as ever") {
  TakeLine f(4);
  f.draw({3});
  HoldReply large = f.hold("q", 1, hold_of(2));
  CHECK(large.position == 1);
  // One slot is free, and who comes first by its priority fits into it.
  CHECK(f.hold("q", 2, hold_of(1, 1)).granted->slot == 3);
  CHECK(f.hold("q", 3, hold_of(4, 5)).position == 1);
  f.end(0);
  // The one of priority 5 is the first, and waits for the last slot.
  CHECK_FALSE(f.callers.granted(1));
  f.gone(2);
  CHECK(f.callers.granted(3)->more_slots == std::vector{1, 2, 3});
  f.gone(3);
  CHECK(f.callers.granted(1)->more_slots == std::vector{1});
}

TEST_CASE("A caller of hold is told all its slots whenever it comes back") {
  TakeLine f(4);
  f.draw({1});
  HoldReply start = f.hold("q", 1, hold_of(2));
  REQUIRE(start.granted);
  CHECK(start.granted->slot == 1);
  CHECK(start.granted->more_slots == std::vector{2});
  f.end(0);
  HoldRequest again = hold_of(2);
  again.ticket = start.ticket;
  again.create = true;
  HoldReply back = f.hold("q", 2, again);
  CHECK(back.granted->fence == start.granted->fence);
  CHECK(back.granted->slot == 1);
  CHECK(back.granted->more_slots == std::vector{2});
  CHECK(f.taken() == 2);
}

TEST_CASE("A caller of wait is told all its slots, also if it asks again") {
  TakeLine f(4);
  f.draw({2, 4});
  auto first = f.wait("q", f.tickets[0], 1);
  CHECK(first->more_slots == std::vector{1});
  CHECK_FALSE(f.wait("q", f.tickets[1], 2));
  f.end(0);
  CHECK(f.callers.granted(2)->more_slots == std::vector{1, 2, 3});
  CHECK(f.wait("q", f.tickets[1], 3)->more_slots == std::vector{1, 2, 3});
}

TEST_CASE("Slots that were taken together are so after a restart") {
  TempDir dir;
  TakeLine f(5, dir / "syncq.db");
  f.draw({1, 3, 2, 1});
  f.end(0);
  f.restart();
  CHECK(f.slots() == "- 1,2,3 0,4 .");
  CHECK(f.row(f.tickets[3]).take == 1);
  CHECK(f.taken() == 5);
  CHECK(find_breaches(*f.database).empty());
  f.end(1);
  CHECK(f.slots() == "- - 0,4 1");
}

// The line was asked before the store was lost, and is asked again.
TEST_CASE("A line that waits for several slots goes on after a restart") {
  TempDir dir;
  TakeLine f(3, dir / "syncq.db");
  f.draw({1, 3, 1});
  f.database->execute("DELETE FROM tickets WHERE seq = 1");
  f.database->execute("UPDATE fifos SET live = 2, held = 0");
  f.restart();
  CHECK(f.row(f.tickets[1]).more_slots == std::vector{1, 2});
  CHECK(f.state(f.tickets[2]) == TicketState::kWaiting);
}

TEST_CASE("An aborted turn took no slots") {
  TakeLine f(4);
  REQUIRE(f.engine->ticket("q", {}, taking(3), f.now).ok());
  f.abort();
  CHECK(f.taken() == 0);
  f.draw({4});
  CHECK(f.slots() == "0,1,2,3");
}

TEST_CASE("Shared ones and those that take several keep their slots apart") {
  TakeLine f(4);
  TicketTerms shared;
  shared.shared = true;
  f.tickets.push_back(f.ticket("q", {}, shared));
  f.draw({2});
  f.tickets.push_back(f.ticket("q", {}, shared));
  f.draw({2});
  f.tickets.push_back(f.ticket("q", {}, shared));
  CHECK(f.slots() == "0 1,2 0 . .");
  CHECK(f.taken() == 3);
  f.end(0);
  CHECK(f.slots() == "- 1,2 0 . .");
  f.end(1);
  CHECK(f.slots() == "- - 0 1,2 0");
}

TEST_CASE("There can't be fewer slots than one that waits takes") {
  TakeLine f(8);
  f.draw({5, 4, 6});
  auto set = [&](int slots) {
    Result<> result = f.engine->set("q", with_slots(slots), f.now);
    f.settle();
    return result;
  };
  Result<> refused = set(5);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.refusal().code == ErrorCode::kTooFewSlots);
  CHECK(refused.refusal().message.starts_with(fmt::format(
      "ticket {} waits for 6 slots of FIFO q: ", f.tickets[2].text())));
  CHECK(f.fifo_row("q").config.slots == 8);
  CHECK(set(6).ok());
  f.end(2);
  CHECK_FALSE(set(3).ok());
  // Those that are held stay, and the one that waits needs four of four.
  CHECK(set(4).ok());
  CHECK(f.slots() == "0,1,2,3,4 . -");
  f.end(0);
  CHECK(f.slots() == "- 0,1,2,3 -");
  CHECK(find_breaches(*f.database).empty());
}

TEST_CASE("Whether anybody takes more is known of a long line as of a short") {
  auto work = [](TakeLine& f, int length) {
    for (int i = 0; i < length; ++i) f.draw({1, 2});
    int slots = 9;
    return cost(*f.database, [&] {
      REQUIRE(f.engine->set("q", with_slots(--slots), f.now).ok());
    });
  };
  TakeLine small(9);
  TakeLine large(9);
  int at_small = work(small, 30);
  CHECK(at_small > 0);
  CHECK(work(large, 3000) <= at_small * 3 / 2);
}

TEST_CASE("Of fewer slots than are held several are given when all fit") {
  TakeLine f(6);
  f.draw({2, 3, 1, 2});
  REQUIRE(f.engine->set("q", with_slots(4), f.now).ok());
  f.settle();
  CHECK(f.slots() == "0,1 2,3,4 5 .");
  f.end(0);
  CHECK(f.slots() == "- 2,3,4 5 .");
  f.end(2);
  CHECK(f.slots() == "- 2,3,4 - .");
  f.end(1);
  CHECK(f.slots() == "- - - 0,1");
}

TEST_CASE("More slots are given to one that waits for several at once") {
  TakeLine f(2);
  f.draw({1, 2, 1});
  CHECK(f.slots() == "0 . .");
  REQUIRE(f.engine->set("q", with_slots(3), f.now).ok());
  f.settle();
  CHECK(f.slots() == "0 1,2 .");
}

TEST_CASE("A stopped one that takes several is passed over until it goes on") {
  FifoFixture f;
  f.named("q", with_slots(3));
  f.hold("q", 1, hold_of(3));
  f.hold("q", 2, hold_of(2));
  f.hold("q", 3, hold_of(2));
  f.callers.stopped_ones = {2};
  f.gone(1);
  CHECK_FALSE(f.callers.granted(2));
  CHECK(f.callers.granted(3)->more_slots == std::vector{1});
  f.callers.stopped_ones = {};
  f.gone(3);
  CHECK(f.callers.granted(2)->slot == 0);
  CHECK(f.callers.granted(2)->more_slots == std::vector{1});
}

TEST_CASE("A paused FIFO gives no several slots, and all when it goes on") {
  TakeLine f(3);
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  f.draw({2, 1});
  CHECK(f.slots() == ". .");
  REQUIRE(f.engine->pause("q", false, f.now).ok());
  CHECK(f.slots() == "0,1 2");
}

TEST_CASE("Turns that end by their clocks give all their slots back") {
  TakeLine f(4);
  f.draw({3, 4});
  REQUIRE(f.wait("q", f.tickets[0], 1));
  f.advance(10min);
  CHECK(f.ended(f.tickets[0]) == TicketEnd::kExpired);
  CHECK(f.slots() == "- 0,1,2,3");
  auto turns = f.engine->history(f.fifo_row("q").id, 100, 10);
  REQUIRE(turns.size() == 1);
  CHECK(turns[0].take == 3);
}

TEST_CASE("A slot is one ticket's at a time however many each takes") {
  FifoFixture f;
  f.named("q", with_slots(7));
  std::vector<Uuid> tickets;
  // A fixed mixture of all that can happen to tickets.
  for (int step = 0; step < 300; ++step) {
    tickets.push_back(f.ticket("q", {}, taking(1 + step % 5, step % 3)));
    if (step % 2 == 0) {
      (void)f.engine->done("q", tickets[tickets.size() / 2], {}, f.now, f.wall);
    }
    if (step % 7 == 0) {
      (void)f.engine->set("q", with_slots(5 + step % 4), f.now);
    }
    f.advance(5s);
    std::set<int> slots;
    int taken = 0;
    for (const Ticket& ticket : f.store->held_tickets(f.fifo_row("q").id)) {
      taken += ticket.take;
      CHECK(slots.insert(ticket.slot).second);
      for (int slot : ticket.more_slots) CHECK(slots.insert(slot).second);
    }
    CHECK(static_cast<int>(slots.size()) == taken);
    CHECK(f.fifo_row("q").slots_taken() == taken);
    CHECK((slots.empty() || *slots.rbegin() < 8));
    CHECK(find_breaches(*f.database).empty());
  }
}

TEST_CASE("What is no number is left out of a list of slots") {
  CHECK(read_slots("1,23,4") == std::vector{1, 23, 4});
  CHECK(read_slots("").empty());
  CHECK(read_slots(",x,7,") == std::vector{7});
  CHECK(slots_json(-1, {}) == "[]");
  CHECK(slots_json(0, {}) == "[0]");
  CHECK(slots_json(2, {3, 10}) == "[2,3,10]");
}

}  // namespace
}  // namespace syncq::test
