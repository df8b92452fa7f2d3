// How long turns and waits are expected to take.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/queue/counting_store.h"

namespace syncq::test {
namespace {

std::deque<PastTurn> turns(std::string_view label, std::vector<Duration> runs) {
  std::deque<PastTurn> past;
  for (Duration ran : runs) past.emplace_back(label, ran);
  return past;
}

TEST_CASE("A turn is expected to run as long as the median of the last ones") {
  CHECK_FALSE(expected_run("a", turns("a", {1s, 2s})));
  CHECK(expected_run("a", turns("a", {9s, 1h, 3s})) == 9s);
  CHECK(expected_run("a", turns("a", {9s, 1h, 3s, 4s})) == 6500ms);
  // The last one first: the oldest no longer count.
  std::deque<PastTurn> many = turns("a", std::vector<Duration>(11, 1s));
  for (int i = 0; i < 50; ++i) many.emplace_back("a", 1min);
  CHECK(expected_run("a", many) == 1s);
}

TEST_CASE("Turns of the same label count, and if these are few, those of all") {
  std::deque<PastTurn> past = turns("fast", {1s, 1s});
  for (int i = 0; i < 3; ++i) past.emplace_back("slow", 1h);
  CHECK(expected_run("slow", past) == 1h);
  CHECK(expected_run("fast", past) == 1h);
  past.emplace_back("fast", 1s);
  CHECK(expected_run("fast", past) == 1s);
  CHECK(expected_run("", past) == 30min + 500ms);
}

TEST_CASE("A wait is expected to last until a slot is free for it") {
  const Instant now{1000h};
  Forecast one({now + 10s}, 1, now);
  CHECK(one.next(60s) == now + 10s);
  CHECK(one.next(5s) == now + 70s);
  CHECK(one.next(5s) == now + 75s);

  Forecast late({now - 1h}, 1, now);
  CHECK(late.next(60s) == now);
  CHECK(late.next(60s) == now + 60s);

  Forecast two({now + 10s, now + 100s}, 2, now);
  CHECK(two.next(20s) == now + 10s);
  CHECK(two.next(80s) == now + 30s);
  CHECK(two.next(20s) == now + 100s);

  // One of two is free, but taken by nobody yet.
  Forecast free({now + 10s}, 2, now);
  CHECK(free.next(60s) == now);
  CHECK(free.next(60s) == now + 10s);

  // There were three: what comes free first is given to nobody.
  Forecast fewer({now + 30s, now + 10s, now + 20s}, 1, now);
  CHECK(fewer.next(5s) == now + 30s);
}

// So many turns of hold, with this label, of this length.
void run_turns(FifoFixture& f, int count, Duration ran,
               const std::string& label) {
  for (int i = 0; i < count; ++i) {
    HoldRequest call;
    call.label = label;
    f.hold("q", 900, call);
    f.advance(ran);
    f.gone(900);
  }
}

HoldRequest labelled(const std::string& label) {
  HoldRequest call;
  call.create = true;
  call.label = label;
  return call;
}

TEST_CASE("What is looked at tells what is expected") {
  FifoFixture f;
  run_turns(f, 2, 20s, "fast");
  f.hold("q", 1, labelled("fast"));
  CHECK_FALSE(f.engine->show("q", f.now)->holder->expected_run);
  f.gone(1);
  run_turns(f, 3, 60s, "slow");
  // A wait that was cancelled is no turn.
  f.hold("q", 1, labelled("fast"));
  f.hold("q", 2, labelled("slow"));
  f.gone(2);
  f.hold("q", 2, labelled("slow"));
  f.hold("q", 3, labelled("slow"));
  f.hold("q", 4, labelled("fast"));
  f.advance(5s);
  CHECK(f.engine->show("q", f.now)->holder->expected_run == 20s);
  CHECK(f.engine->list(0, 10, f.now)[0].holder->expected_run == 20s);
  auto views = f.engine->live_tickets(f.fifo_row("q"), 10, f.now);
  REQUIRE(views.size() == 4);
  CHECK(views[0].expected_run == 20s);
  CHECK_FALSE(views[0].expected_wait);
  CHECK_FALSE(views[1].expected_run);
  CHECK(views[1].expected_wait == 15s);
  CHECK(views[2].expected_wait == 75s);
  CHECK(views[3].expected_wait == 135s);
  f.advance(1min);
  views = f.engine->live_tickets(f.fifo_row("q"), 10, f.now);
  CHECK(views[1].expected_wait == 0s);
  CHECK(views[2].expected_wait == 60s);
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  views = f.engine->live_tickets(f.fifo_row("q"), 10, f.now);
  CHECK(views[0].expected_run == 20s);
  CHECK_FALSE(views[1].expected_wait);
}

TEST_CASE("Callers of hold are told how long they will wait") {
  FifoFixture f;
  run_turns(f, 3, 60s, "a");
  f.hold("q", 1, labelled("a"));
  f.advance(20s);
  auto first = f.engine->hold("q", labelled("a"), 2, f.now, f.wall);
  REQUIRE(first->news);
  CHECK(first->news->expected_wait == 40s);
  CHECK(first->news->holder.expected_run == 60s);
  f.settle();
  // At once the place, and with the next walk of the line how long.
  auto second = f.engine->hold("q", labelled("a"), 3, f.now, f.wall);
  REQUIRE(second->news);
  CHECK(second->news->position == 2);
  CHECK_FALSE(second->news->expected_wait);
  f.settle();
  CHECK(f.callers.told<PositionInLine>(3).empty());
  f.advance(PositionNotifier::kSweepInterval);
  REQUIRE(f.callers.told<PositionInLine>(3).size() == 1);
  CHECK(f.callers.told<PositionInLine>(3)[0].position == 2);
  CHECK(f.callers.told<PositionInLine>(3)[0].expected_wait == 99s);
  CHECK(f.callers.told<PositionInLine>(2).empty());
  f.advance(10s);
  CHECK(f.callers.told<PositionInLine>(3).size() == 1);
}

TEST_CASE("A long line is told what to expect through all its slices") {
  FifoFixture f;
  run_turns(f, 3, 60s, "a");
  constexpr ConnectionId kLast = 2 * PositionNotifier::kSlice + 5;
  for (ConnectionId caller = 1; caller <= kLast; ++caller) {
    f.hold("q", caller, labelled("a"));
  }
  f.advance(PositionNotifier::kSweepInterval);
  for (int i = 0; i < 3; ++i) f.advance(PositionNotifier::kSlicePause);
  auto told = f.callers.told<PositionInLine>(kLast);
  REQUIRE(told.size() == 1);
  CHECK(told[0].expected_wait > (kLast - 1) * 60s - 2s);
  CHECK(told[0].expected_wait <= (kLast - 1) * 60s);
}

TEST_CASE("The end of a turn that is undone counts for nothing") {
  FifoFixture f;
  run_turns(f, 3, 60s, "a");
  f.hold("q", 1, labelled("a"));
  f.advance(1h);
  REQUIRE(f.engine->show("q", f.now)->holder->expected_run == 60s);
  f.engine->caller_gone(1);
  f.engine->tick(f.now, f.wall);
  f.abort();
  CHECK(f.engine->show("q", f.now)->holder->expected_run == 60s);
  f.settle();
  f.hold("q", 2, labelled("a"));
  CHECK(f.engine->show("q", f.now)->holder->expected_run == 60s);
  f.gone(2);
  run_turns(f, 2, 3h, "a");
  f.hold("q", 2, labelled("a"));
  CHECK(f.engine->show("q", f.now)->holder->expected_run == 60s);
}

TEST_CASE("Turns that have ended are read once, however many wait") {
  FifoFixture f;
  run_turns(f, 50, 1s, "a");
  CountingStore counting(*f.store);
  f.engine =
      std::make_unique<FifoEngine>(counting, f.callers, f.processes, f.events);
  f.hold("q", 1, labelled("a"));
  f.hold("q", 2, labelled("a"));
  f.advance(PositionNotifier::kSweepInterval);
  counting.work = 0;
  f.hold("q", 3, labelled("a"));
  f.gone(1);
  CHECK(counting.work < 40);
}

}  // namespace
}  // namespace syncq::test
