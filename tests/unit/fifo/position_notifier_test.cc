// What callers of hold are told of their position in line.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/queue/counting_store.h"

namespace syncq::test {
namespace {

constexpr Duration kSecond = PositionNotifier::kSweepInterval;

std::vector<std::int64_t> places(FifoFixture& f, ConnectionId caller) {
  std::vector<std::int64_t> all;
  for (const auto& news : f.callers.told<PositionInLine>(caller)) {
    all.push_back(news.position);
  }
  return all;
}

TEST_CASE("A caller that joins a line is told its position with the ticket") {
  FifoFixture f;
  f.hold("q", 1);
  for (ConnectionId caller = 2; caller < 6; ++caller) {
    HoldRequest call;
    call.create = true;
    auto start = f.engine->hold("q", call, caller, f.now, f.wall);
    REQUIRE(start.ok());
    // At once, however short ago the others were told theirs.
    REQUIRE(start->news);
    CHECK(start->news->position == static_cast<std::int64_t>(caller) - 1);
    CHECK(start->news->of == start->news->position);
    CHECK(start->news->has_holder);
    f.advance(1ms);
  }
  // And not a second time.
  f.advance(kSecond);
  CHECK(places(f, 2).empty());
  CHECK(places(f, 5).empty());
}

TEST_CASE("A line that moves is told to those in it") {
  FifoFixture f;
  for (ConnectionId caller = 1; caller <= 4; ++caller) f.hold("q", caller);
  f.gone(1);
  CHECK(f.callers.granted(2));
  f.advance(kSecond);
  REQUIRE_FALSE(places(f, 3).empty());
  REQUIRE_FALSE(places(f, 4).empty());
  CHECK(places(f, 3).back() == 1);
  CHECK(places(f, 4).back() == 2);
  CHECK(f.callers.told<PositionInLine>(4).back().of == 2);
  CHECK(places(f, 2).empty());
}

TEST_CASE("A client that did not read is told its position once it does") {
  FifoFixture f;
  for (ConnectionId caller = 1; caller <= 4; ++caller) f.hold("q", caller);
  f.advance(kSecond);
  f.callers.notices.clear();
  f.callers.slow = {4};
  f.gone(1);
  for (int i = 0; i < 5; ++i) f.advance(kSecond);
  CHECK(places(f, 3) == std::vector<std::int64_t>{1});
  CHECK(places(f, 4).empty());
  f.callers.slow.clear();
  f.advance(kSecond);
  CHECK(places(f, 3) == std::vector<std::int64_t>{1});
  CHECK(places(f, 4) == std::vector<std::int64_t>{2});
  f.advance(kSecond);
  CHECK(places(f, 4).size() == 1);
}

TEST_CASE("A newcomer that has missed its position is told it again") {
  FifoFixture f;
  const bool missed = GENERATE(true, false);
  for (ConnectionId caller = 1; caller <= 3; ++caller) f.hold("q", caller);
  if (missed) f.engine->not_told(3);
  f.advance(kSecond);
  CHECK(places(f, 3).size() == (missed ? 1 : 0));
  CHECK(places(f, 2).empty());
}

TEST_CASE("Nobody is told more than one line a second") {
  FifoFixture f;
  for (ConnectionId caller = 1; caller <= 60; ++caller) f.hold("q", caller);
  f.advance(kSecond);
  f.callers.notices.clear();
  Instant began = f.now;
  for (ConnectionId caller = 1; caller <= 50; ++caller) {
    f.gone(caller);
    f.advance(100ms);
  }
  // Five seconds, and what was told at once.
  CHECK(f.now - began == 5s);
  CHECK(places(f, 60).size() >= 5);
  CHECK(places(f, 60).size() <= 6);
  f.advance(kSecond);
  CHECK(places(f, 60).back() == 9);
  // No change, no line.
  f.callers.notices.clear();
  for (int i = 0; i < 50; ++i) f.advance(100ms);
  CHECK(f.callers.notices.empty());
}

TEST_CASE("Who leaves a line while it is told is not counted any more") {
  FifoFixture f;
  constexpr ConnectionId kLast = PositionNotifier::kSlice + 10;
  for (ConnectionId caller = 1; caller <= kLast; ++caller) f.hold("q", caller);
  for (int i = 0; i < 3; ++i) f.advance(kSecond);
  f.callers.notices.clear();
  // The first slice, which the last one is not in.
  f.gone(1);
  REQUIRE(places(f, 3) == std::vector<std::int64_t>{1});
  REQUIRE(places(f, kLast).empty());
  f.gone(5);
  f.advance(PositionNotifier::kSlicePause);
  CHECK(places(f, kLast) == std::vector<std::int64_t>{kLast - 3});
}

TEST_CASE("Who comes to the front while a line is told is counted") {
  FifoFixture f;
  constexpr ConnectionId kMoved = PositionNotifier::kSlice + 10;
  constexpr ConnectionId kLast = kMoved + 1;
  Uuid moved;
  for (ConnectionId caller = 1; caller <= kLast; ++caller) {
    Uuid ticket = f.hold("q", caller).ticket;
    if (caller == kMoved) moved = ticket;
  }
  for (int i = 0; i < 3; ++i) f.advance(kSecond);
  f.gone(1);
  REQUIRE(places(f, kLast).empty());
  f.callers.notices.clear();
  REQUIRE(f.engine->front("q", moved, f.now).ok());
  f.advance(PositionNotifier::kSlicePause);
  CHECK(places(f, kLast) == std::vector<std::int64_t>{kLast - 2});
}

// The connection drops what it was to say in that transaction.
TEST_CASE("A place told in an aborted transaction is told again") {
  FifoFixture f;
  for (ConnectionId caller = 1; caller <= 3; ++caller) f.hold("q", caller);
  for (int i = 0; i < 3; ++i) f.advance(kSecond);
  f.engine->caller_gone(1);
  f.engine->tick(f.now, f.wall);
  CHECK(places(f, 3) == std::vector<std::int64_t>{1});
  f.callers.notices.clear();
  f.abort();
  for (int i = 0; i < 3; ++i) f.advance(kSecond);
  CHECK(places(f, 3) == std::vector<std::int64_t>{1});
}

TEST_CASE("A line that stands still needs no clock") {
  FifoFixture f;
  HoldRequest call;
  call.fifo.timeouts = {Duration(0), Duration(0), Duration(0)};
  call.fifo.unused_destroy = Duration(0);
  f.hold("q", 1, call);
  f.hold("q", 2);
  for (int i = 0; i < 3; ++i) f.advance(2 * kSecond);
  CHECK_FALSE(f.engine->next_deadline());
}

TEST_CASE("A hand-off costs the same in a line of ten thousand") {
  FifoFixture f;
  CountingStore counting(*f.store);
  f.engine =
      std::make_unique<FifoEngine>(counting, f.callers, f.processes, f.events);
  HoldRequest call;
  call.create = true;
  for (ConnectionId caller = 1; caller <= 10'000; ++caller) {
    REQUIRE(f.engine->hold("q", call, caller, f.now, f.wall).ok());
  }
  for (int i = 0; i < 800; ++i) f.advance(PositionNotifier::kSlicePause);
  REQUIRE(f.engine->parked() == 10'000);
  f.callers.notices.clear();

  // Each of these is a loop iteration with one hand-off in it.
  int most_work = 0;
  std::size_t most_notices = 0;
  for (ConnectionId caller = 1; caller <= 200; ++caller) {
    counting.work = 0;
    std::size_t before = f.callers.notices.size();
    f.engine->caller_gone(caller);
    f.advance(PositionNotifier::kSlicePause);
    CHECK(f.callers.granted(caller + 1));
    most_work = std::max(most_work, counting.work);
    most_notices = std::max(most_notices, f.callers.notices.size() - before);
  }
  CHECK(most_notices <= PositionNotifier::kSlice + 1);
  CHECK(most_work <= PositionNotifier::kSlice + 30);

  // Under a second: not even three lines each.
  std::map<ConnectionId, int> lines;
  for (const auto& [caller, notice] : f.callers.notices) {
    if (std::holds_alternative<PositionInLine>(notice)) ++lines[caller];
  }
  CHECK(std::all_of(lines.begin(), lines.end(),
                    [](const auto& line) { return line.second <= 3; }));
  // The last one hears of it in the end.
  f.callers.notices.clear();
  for (int i = 0; i < 2000; ++i) f.advance(PositionNotifier::kSlicePause);
  CHECK(places(f, 10'000).back() == 9799);
}

TEST_CASE("Callers of wait are told no positions") {
  FifoFixture f;
  f.named("q");
  f.hold("q", 1);
  Uuid plain = f.ticket("q");
  CHECK_FALSE(f.wait("q", plain, 2));
  f.hold("q", 3);
  f.advance(kSecond);
  CHECK(f.callers.told<PositionInLine>(2).empty());
}

TEST_CASE(
    "Callers that go down with the daemon are told, and keep their tickets") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1);
  HoldReply waiting = f.hold("q", 2);
  Uuid plain = f.ticket("q");
  CHECK_FALSE(f.wait("q", plain, 3));
  f.engine->dismiss_callers({ErrorCode::kShuttingDown, "going down"});
  for (ConnectionId caller : {1u, 2u, 3u}) {
    CHECK(f.callers.ended(caller) == ErrorCode::kShuttingDown);
  }
  CHECK(f.engine->parked() == 0);
  // Their connections end with the daemon.
  f.gone(1);
  f.gone(2);
  f.restart();
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  CHECK(f.state(waiting.ticket) == TicketState::kWaiting);
  CHECK(f.state(plain) == TicketState::kWaiting);
}

}  // namespace
}  // namespace syncq::test
