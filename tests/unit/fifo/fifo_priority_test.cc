// Tickets of a higher priority stand before those of a lower one.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/store/store_cost.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

HoldRequest with(int priority) {
  HoldRequest call;
  call.terms.priority = priority;
  return call;
}

std::vector<FifoEngine::TicketView> views_of(FifoFixture& f) {
  std::vector<FifoEngine::TicketView> line;
  for (auto& view : f.engine->live_tickets(f.fifo_row("q"), 1000, f.now)) {
    if (view.position > 0) line.push_back(std::move(view));
  }
  return line;
}

std::vector<Uuid> tickets_in(FifoFixture& f) {
  std::vector<Uuid> tickets;
  for (const auto& view : views_of(f)) tickets.push_back(view.ticket.uuid);
  return tickets;
}

// One holds; those who wait have these priorities.
struct PriorityLine : FifoFixture {
  explicit PriorityLine(const std::vector<int>& priorities,
                        std::string path = ":memory:")
      : FifoFixture(std::move(path)) {
    holder = ticket(named("q"));
    for (int each : priorities) waiting.push_back(ticket("q", {}, {each}));
  }

  Uuid holder;
  std::vector<Uuid> waiting;
};

TEST_CASE("The higher priority comes first, and the earlier of two equal") {
  PriorityLine f({0, 5, -100, 5, 100, 0});
  const std::vector<Uuid> w = f.waiting;
  const std::vector in_order{w[4], w[1], w[3], w[0], w[5], w[2]};
  CHECK(tickets_in(f) == in_order);
  Uuid holder = f.holder;
  for (const Uuid& next : in_order) {
    f.done("q", holder);
    CHECK(f.state(next) == TicketState::kReady);
    holder = next;
  }
}

TEST_CASE("A priority takes no turn from who has it") {
  FifoFixture f;
  f.hold("q", 1);
  f.hold("q", 2, with(100));
  CHECK_FALSE(f.callers.granted(2));
  f.gone(1);
  CHECK(f.callers.granted(2)->fence == 2);
}

TEST_CASE("What is moved to the front stays before all priorities") {
  PriorityLine f({0, 7});
  auto front = [&](const Uuid& ticket) {
    REQUIRE(f.engine->front("q", ticket, f.now).ok());
    f.settle();
  };
  const std::vector<Uuid> w = f.waiting;
  front(w[0]);
  Uuid highest = f.ticket("q", {}, {100});
  CHECK(tickets_in(f) == std::vector{w[0], highest, w[1]});
  // One that is first by its priority is not passed any more, either.
  f.done("q", w[0]);
  front(highest);
  Uuid later = f.ticket("q", {}, {100});
  CHECK(tickets_in(f) == std::vector{highest, later, w[1]});
  CHECK_FALSE(views_of(f)[0].ticket.priority());
  CHECK(views_of(f)[1].ticket.priority() == 100);
  CHECK(views_of(f)[2].ticket.priority() == 7);
}

TEST_CASE("Priorities survive a restart, and an aborted one was never there") {
  TempDir dir;
  PriorityLine f({0, 5}, dir / "syncq.db");
  REQUIRE(f.engine->ticket("q", {}, {50}, f.now).ok());
  f.abort();
  f.restart();
  CHECK(tickets_in(f) == std::vector{f.waiting[1], f.waiting[0]});
  f.done("q", f.holder);
  CHECK(f.state(f.waiting[1]) == TicketState::kReady);
}

TEST_CASE("A hold that is asked for again keeps its priority") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply first = f.hold("q", 2);
  HoldRequest again = with(100);
  again.ticket = first.ticket;
  f.hold("q", 3, again);
  CHECK(views_of(f).size() == 1);
  CHECK(views_of(f)[0].ticket.priority() == 0);
}

TEST_CASE("A newcomer is told its own place, and the others their new one") {
  FifoFixture f;
  for (ConnectionId caller = 1; caller <= 4; ++caller) f.hold("q", caller);
  f.advance(2s);
  f.callers.notices.clear();
  HoldReply urgent = f.hold("q", 5, with(1));
  CHECK(urgent.position == 1);
  CHECK(urgent.news->position == 1);
  CHECK(urgent.news->of == 4);
  CHECK(f.hold("q", 6, with(-1)).position == 5);
  CHECK(f.hold("q", 7).position == 5);
  f.advance(2s);
  auto place = [&](ConnectionId caller) {
    auto told = f.callers.told<PositionInLine>(caller);
    return told.empty() ? 0 : told.back().position;
  };
  CHECK(place(2) == 2);
  CHECK(place(4) == 4);
  CHECK(place(6) == 6);
  // Nothing new for these.
  CHECK(place(5) == 0);
  CHECK(place(7) == 0);
}

// The walk passes kSlice of them at a time.
TEST_CASE("One that comes during a walk of the line is counted by it") {
  FifoFixture f;
  for (ConnectionId caller = 1; caller <= 62; ++caller) f.hold("q", caller);
  f.advance(5s);
  f.gone(1);
  f.advance(1s);
  f.callers.notices.clear();
  HoldReply first = f.hold("q", 100, with(9));
  CHECK(first.position == 1);
  f.advance(PositionNotifier::kSlicePause);
  f.advance(PositionNotifier::kSlicePause);
  f.advance(PositionNotifier::kSlicePause);
  CHECK(f.callers.told<PositionInLine>(62).back().position == 61);
  f.advance(2s);
  CHECK(f.callers.told<PositionInLine>(3).back().position == 2);
  CHECK(f.callers.told<PositionInLine>(62).back().position == 61);
}

TEST_CASE("One in the middle of a long line is told its place by the walk") {
  FifoFixture f;
  f.hold("q", 1);
  constexpr int kEach = PositionNotifier::kMostCounted;
  for (ConnectionId i = 0; i < kEach; ++i) {
    f.hold("q", 10 + i, with(5));
    f.hold("q", 10'000 + i, with(-5));
  }
  f.advance(10s);
  f.callers.notices.clear();
  HoldReply middle = f.hold("q", 2);
  CHECK(middle.position == 2 * kEach + 1);
  for (int i = 0; i < 1000; ++i) f.advance(10ms);
  REQUIRE_FALSE(f.callers.told<PositionInLine>(2).empty());
  CHECK(f.callers.told<PositionInLine>(2).back().position == kEach + 1);
}

TEST_CASE("A newcomer is asked before those who are stopped and lower") {
  FifoFixture f;
  Uuid holder = f.ticket(f.named("q"));
  for (ConnectionId caller = 2; caller <= 3 + kMostLooks; ++caller) {
    f.hold("q", caller);
    f.callers.stopped_ones.insert(caller);
  }
  // Not all have been looked at when it comes.
  REQUIRE(f.engine->done("q", holder, {}, f.now, f.wall).ok());
  CHECK(f.fifo_row("q").held == 0);
  auto urgent = f.engine->ticket("q", {}, {1}, f.now);
  REQUIRE(urgent.ok());
  CHECK(f.state(*urgent) == TicketState::kReady);
}

TEST_CASE("How often one was passed is told") {
  PriorityLine f({0});
  CHECK(views_of(f)[0].passed == 0);
  Uuid holder = f.holder;
  for (int turn = 1; turn <= 3; ++turn) {
    Uuid urgent = f.ticket("q", {}, {1});
    f.done("q", holder);
    REQUIRE(f.wait("q", urgent, 1));
    CHECK(views_of(f)[0].passed == turn);
    holder = urgent;
  }
}

TEST_CASE("A priority costs the same in a line of ten thousand") {
  struct Mixed : FifoFixture {
    explicit Mixed(int length) {
      hold("q", ++caller);
      for (int i = 0; i < length; ++i) join(i % 3 - 1);
      advance(1h);
    }
    void join(int priority) { hold("q", ++caller, with(priority)); }
    ConnectionId caller = 0;
  };
  Mixed small(30);
  Mixed large(10'000);
  for (int priority : {-1, 2}) {
    int at_small = cost(*small.database, [&] { small.join(priority); });
    int at_large = cost(*large.database, [&] { large.join(priority); });
    CHECK(at_large <= at_small * 3 / 2);
  }
  // In the middle, no more than what is counted on either side.
  int in_middle = cost(*large.database, [&] { large.join(0); });
  CHECK(in_middle < 40 * PositionNotifier::kMostCounted);
}

}  // namespace
}  // namespace syncq::test
