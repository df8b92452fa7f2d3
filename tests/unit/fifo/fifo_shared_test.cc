// Shared tickets that stand one behind the other have their turn together.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

const TicketTerms kShared{.priority = 0, .shared = true};

HoldRequest shared(int priority = 0) {
  HoldRequest call;
  call.terms = {priority, true};
  return call;
}

// A FIFO "q" in whose line all is drawn: 's' is shared, 'x' is not.
struct SharedLine : FifoFixture {
  explicit SharedLine(std::string_view kinds, int slots = 1,
                      std::string path = ":memory:")
      : FifoFixture(std::move(path)) {
    NewFifo wanted;
    wanted.slots = slots;
    named("q", wanted);
    for (char kind : kinds) draw(kind);
  }
  const Uuid& draw(char kind, int priority = 0) {
    tickets.push_back(ticket("q", {}, {priority, kind == 's'}));
    return tickets.back();
  }
  // Of each ticket its slot, '.' if it waits, '-' if it has ended.
  std::string slots() {
    std::string text;
    for (const Uuid& each : tickets) {
      Ticket found = row(each);
      text += found.state == TicketState::kWaiting ? '.'
              : found.state == TicketState::kEnded
                  ? '-'
                  : static_cast<char>('0' + found.slot);
    }
    return text;
  }
  void end(std::size_t which) { done("q", tickets[which]); }

  std::vector<Uuid> tickets;
};

TEST_CASE("Shared ones that stand one behind the other hold together") {
  SharedLine f("sss");
  CHECK(f.slots() == "000");
  CHECK(f.fifo_row("q").held == 3);
  CHECK(f.fifo_row("q").slots_taken() == 1);
  f.draw('x');
  f.end(0);
  f.end(2);
  CHECK(f.slots() == "-0-.");
  f.end(1);
  CHECK(f.slots() == "---0");
}

TEST_CASE("A shared one behind one that waits for its turn alone waits too") {
  SharedLine f("sxssx");
  CHECK(f.slots() == "0....");
  f.end(0);
  CHECK(f.slots() == "-0...");
  f.end(1);
  CHECK(f.slots() == "--00.");
  // One that is in front by a higher priority joins.
  f.draw('s');
  f.draw('s', 1);
  CHECK(f.slots() == "--00..0");
  // If who waits alone goes, the shared one behind it joins as well.
  f.end(4);
  CHECK(f.slots() == "--00-00");
}

TEST_CASE("A caller of hold joins the shared ones at once, or waits") {
  FifoFixture f;
  CHECK(f.hold("q", 1, shared()).granted->fence == 1);
  CHECK(f.hold("q", 2, shared()).granted->fence == 2);
  HoldReply third = f.hold("q", 3, shared());
  REQUIRE(third.granted);
  CHECK(third.granted->fence == 3);
  CHECK(third.granted->slot == 0);
  CHECK(f.hold("q", 4).position == 1);
  CHECK(f.hold("q", 5, shared()).position == 2);
  HoldRequest hurried = shared();
  hurried.create = hurried.nowait = true;
  CHECK(f.hold_refusal("q", 6, hurried) == ErrorCode::kStillWaiting);
  hurried.terms.priority = 1;
  CHECK(f.hold("q", 6, hurried).granted->fence == 4);
  for (ConnectionId caller : {1, 2, 3}) f.gone(caller);
  CHECK_FALSE(f.callers.granted(4));
  f.gone(6);
  CHECK(f.callers.granted(4)->fence == 5);
  f.gone(4);
  CHECK(f.callers.granted(5)->fence == 6);
}

TEST_CASE("Of several slots the shared ones take one together") {
  SharedLine f("xssx", 2);
  CHECK(f.slots() == "011.");
  f.end(0);
  CHECK(f.slots() == "-110");
  f.draw('s');
  CHECK(f.slots() == "-1101");
  f.end(1);
  f.end(2);
  f.draw('x');
  CHECK(f.slots() == "---01.");
  f.end(4);
  CHECK(f.slots() == "---0-1");
}

TEST_CASE("Of fewer slots than are held none is given, to shared ones either") {
  SharedLine f("sxx", 3);
  CHECK(f.slots() == "012");
  NewFifo fewer;
  fewer.slots = 1;
  REQUIRE(f.engine->set("q", fewer, f.now).ok());
  f.draw('s');
  f.end(1);
  CHECK(f.slots() == "0-2.");
  f.end(2);
  CHECK(f.slots() == "0--0");
}

TEST_CASE("Shared ones hold together through a restart") {
  TempDir dir;
  SharedLine f("ssxs", 1, dir / "syncq.db");
  f.restart();
  CHECK(f.slots() == "00..");
  CHECK(f.fifo_row("q").shared == 2);
  f.end(0);
  CHECK(f.slots() == "-0..");
  f.end(1);
  CHECK(f.slots() == "--0.");
}

TEST_CASE("An aborted turn was not shared with anybody") {
  SharedLine f("s");
  REQUIRE(f.engine->ticket("q", {}, kShared, f.now).ok());
  f.abort();
  CHECK(f.fifo_row("q").shared == 1);
  f.draw('x');
  f.end(0);
  CHECK(f.slots() == "-0");
}

TEST_CASE("A paused FIFO gives no turn to shared ones, either") {
  SharedLine f("s");
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  f.draw('s');
  CHECK(f.slots() == "0.");
  REQUIRE(f.engine->pause("q", false, f.now).ok());
  CHECK(f.slots() == "00");
}

TEST_CASE("One that is moved to the front joins, or keeps the others out") {
  SharedLine f("sxsx");
  auto front = [&](std::size_t which) {
    REQUIRE(f.engine->front("q", f.tickets[which], f.now).ok());
    f.settle();
  };
  front(2);
  CHECK(f.slots() == "0.0.");
  front(3);
  f.draw('s', 100);
  CHECK(f.slots() == "0.0..");
  f.end(0);
  f.end(2);
  CHECK(f.slots() == "-.-0.");
}

TEST_CASE("A stopped one that waits alone is passed over, and not for ever") {
  FifoFixture f;
  f.hold("q", 1);
  f.hold("q", 2);
  f.hold("q", 3, shared());
  f.hold("q", 4, shared());
  f.callers.stopped_ones = {2};
  f.gone(1);
  CHECK(f.callers.granted(3));
  CHECK(f.callers.granted(4));
  // It is the first of those who wait for the shared ones to end.
  f.callers.stopped_ones = {};
  CHECK(f.hold("q", 5, shared()).position == 2);
  f.advance(kAskStopped);
  f.advance(kAskStopped);
  CHECK_FALSE(f.engine->next_deadline() <= f.now + kAskStopped);
  f.gone(3);
  f.gone(4);
  CHECK(f.callers.granted(2));
  CHECK_FALSE(f.callers.granted(5));
}

TEST_CASE("No more shared ones have their turn than there may be holders") {
  SharedLine f("");
  for (int i = 0; i <= kMaxHeld; ++i) f.draw('s');
  CHECK(f.fifo_row("q").held == kMaxHeld);
  CHECK(f.state(f.tickets.back()) == TicketState::kWaiting);
  f.end(0);
  CHECK(f.state(f.tickets.back()) == TicketState::kReady);
}

TEST_CASE("Of many that get their turn together some get it at a time") {
  SharedLine f("x");
  for (int i = 0; i < 5 * kMostLooks / 2; ++i) f.draw('s');
  REQUIRE(f.engine->done("q", f.tickets[0], {}, f.now, f.wall).ok());
  CHECK(f.fifo_row("q").held == kMostLooks);
  // Nobody comes before the others meanwhile.
  f.draw('x');
  f.advance(0s);
  CHECK(f.fifo_row("q").held == 5 * kMostLooks / 2);
  CHECK(f.state(f.tickets.back()) == TicketState::kWaiting);
  // One slot, however many have it.
  CHECK(f.fifo_row("q").slots_taken() == 1);
}

TEST_CASE("Those who wait together are expected to have their turn together") {
  FifoFixture f;
  f.named("q");
  for (int turn = 0; turn < 3; ++turn) {
    f.hold("q", 1);
    f.advance(60s);
    f.gone(1);
  }
  f.hold("q", 2, shared());
  f.advance(10s);
  f.hold("q", 3, shared());
  f.hold("q", 4);
  f.hold("q", 5, shared());
  f.hold("q", 6, shared());
  f.hold("q", 7);
  auto views = f.engine->live_tickets(f.fifo_row("q"), 100, f.now);
  REQUIRE(views.size() == 6);
  // The last of those that hold ends in 60 s.
  CHECK(views[2].expected_wait == 60s);
  CHECK(views[3].expected_wait == 120s);
  CHECK(views[4].expected_wait == 120s);
  CHECK(views[5].expected_wait == 180s);
}

TEST_CASE("A turn that is shared ends as any other does") {
  SharedLine f("ss");
  REQUIRE(f.wait("q", f.tickets[0], 1));
  REQUIRE(f.wait("q", f.tickets[1], 2));
  f.draw('x');
  f.advance(11min);
  CHECK(f.ended(f.tickets[0]) == TicketEnd::kExpired);
  CHECK(f.slots() == "--0");
  auto turns = f.engine->history(f.fifo_row("q").id, 100, 10);
  REQUIRE(turns.size() == 2);
  CHECK(turns[0].shared);
}

}  // namespace
}  // namespace syncq::test
