// FIFOs that give turns no faster than at a rate.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

NewFifo at_rate(Rate rate, int slots = 1) {
  NewFifo wanted;
  wanted.rate = rate;
  wanted.slots = slots;
  return wanted;
}

// A turn a second.
struct Slow : FifoFixture {
  explicit Slow(int slots = 8, std::string path = ":memory:")
      : FifoFixture(std::move(path)) {
    named("q", at_rate({1, 1s}, slots));
  }
  bool has_turn(ConnectionId caller) {
    return callers.granted(caller).has_value();
  }
  // Whether the caller gets its turn when the clock has gone on for so long,
  // and not before.
  bool granted_after(ConnectionId caller, Duration wait) {
    advance(wait - kNano);
    if (has_turn(caller)) return false;
    CHECK(engine->next_deadline() <= now + kNano);
    CHECK(engine->next_deadline() > now);
    advance(kNano);
    return has_turn(caller);
  }
  void set(const NewFifo& wanted) {
    REQUIRE(engine->set("q", wanted, now).ok());
    settle();
  }
  HoldRequest nowait() {
    HoldRequest call;
    call.create = true;
    call.nowait = true;
    return call;
  }
};

TEST_CASE(
    "Turns come at the rate, the first at once, though all slots are free") {
  Slow f;
  CHECK(f.hold("q", 1).granted);
  for (ConnectionId caller = 2; caller < 6; ++caller) f.hold("q", caller);
  for (ConnectionId caller = 2; caller < 6; ++caller) {
    CHECK(f.granted_after(caller, 1s));
    if (caller < 5) CHECK_FALSE(f.has_turn(caller + 1));
  }
  CHECK(f.fifo_row("q").held == 5);
}

TEST_CASE("What was not asked for in time is not made up for") {
  Slow f;
  f.hold("q", 1);
  f.advance(1h);
  CHECK(f.hold("q", 2).granted);
  f.hold("q", 3);
  CHECK(f.granted_after(3, 1s));
}

TEST_CASE("A turn that is a little late does not put off the next") {
  Slow f;
  for (ConnectionId caller = 1; caller < 5; ++caller) f.hold("q", caller);
  f.advance(1s + 9ms);
  REQUIRE(f.has_turn(2));
  CHECK(f.granted_after(3, 1s - 9ms));
  f.advance(1s + 11ms);
  REQUIRE(f.has_turn(4));
  f.hold("q", 5);
  CHECK(f.granted_after(5, 1s));
}

TEST_CASE("Who waits for the rate is served in order, and passed by priority") {
  Slow f;
  f.hold("q", 1);
  f.hold("q", 2);
  f.hold("q", 3);
  HoldRequest urgent;
  urgent.terms.priority = 1;
  CHECK_FALSE(f.hold("q", 4, urgent).granted);
  CHECK(f.granted_after(4, 1s));
  CHECK(f.granted_after(2, 1s));
  // One whose time has come by itself passes nobody.
  f.now += 1s;
  CHECK_FALSE(f.hold("q", 5).granted);
  CHECK(f.has_turn(3));
}

TEST_CASE(
    "Who does not want to wait for the rate is told when the next comes") {
  Slow f;
  f.hold("q", 1);
  f.advance(300ms);
  auto refused = f.engine->hold("q", f.nowait(), 2, f.now, f.wall);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.refusal().code == ErrorCode::kStillWaiting);
  CHECK(refused.refusal().message ==
        "FIFO q gives 1/s turns at most, the next in 700ms, and you did not "
        "want to wait: try again later");
  f.advance(700ms);
  CHECK(f.engine->hold("q", f.nowait(), 3, f.now, f.wall)->granted);
  // All slots are held: that is why.
  f.set(at_rate({1, 1s}, 2));
  auto held = f.engine->hold("q", f.nowait(), 4, f.now, f.wall);
  CHECK(held.refusal().message.starts_with("it is not your turn in FIFO q"));
}

TEST_CASE("A turn that is given up counts, and so do shared ones") {
  Slow f;
  f.hold("q", 1);
  f.gone(1);
  HoldRequest shared;
  shared.terms.shared = true;
  CHECK_FALSE(f.hold("q", 2, shared).granted);
  f.hold("q", 3, shared);
  CHECK(f.granted_after(2, 1s));
  CHECK(f.granted_after(3, 1s));
}

TEST_CASE("Tickets by themselves are ready at the rate") {
  Slow f;
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  CHECK(f.state(first) == TicketState::kReady);
  CHECK(f.state(second) == TicketState::kWaiting);
  // That a turn is accepted does not count again.
  f.advance(500ms);
  CHECK(f.wait("q", first, 1));
  f.advance(500ms);
  CHECK(f.state(second) == TicketState::kReady);
}

TEST_CASE("Another rate counts from the last turn, and none at once") {
  Slow f;
  f.hold("q", 1);
  f.hold("q", 2);
  f.hold("q", 3);
  f.advance(200ms);
  f.set(at_rate({2, 1s}, 8));
  CHECK(f.granted_after(2, 300ms));
  f.set(at_rate({1, 1min}, 8));
  CHECK(f.granted_after(3, 1min));
  f.hold("q", 4);
  f.hold("q", 5);
  f.set(at_rate({}, 8));
  CHECK(f.has_turn(5));
  CHECK_FALSE(f.fifo_row("q").config.rate);
  // What is not given stays.
  f.set(at_rate({3, 1h}, 8));
  f.set({});
  CHECK(f.fifo_row("q").config.rate == Rate{3, 1h});
}

TEST_CASE(
    "A rate outlasts a restart, after which the first turn comes at once") {
  TempDir dir;
  Slow f(8, dir / "syncq.db");
  f.hold("q", 1);
  HoldRequest back;
  back.ticket = f.hold("q", 2).ticket;
  Uuid third = f.ticket("q");
  f.restart();
  CHECK(f.fifo_row("q").config.rate == Rate{1, 1s});
  CHECK(f.hold("q", 3, back).granted);
  CHECK(f.state(third) == TicketState::kWaiting);
  f.advance(1s);
  CHECK(f.state(third) == TicketState::kReady);
}

TEST_CASE("A turn that is undone was none, nor is a FIFO that is") {
  Slow f;
  REQUIRE(f.engine->hold("q", {}, 1, f.now, f.wall).ok());
  f.abort();
  CHECK(f.hold("q", 2).granted);
  REQUIRE(f.engine->destroy("q").ok());
  f.abort();
  CHECK_FALSE(f.hold("q", 3).granted);
  HoldRequest create;
  create.create = true;
  create.fifo = at_rate({1, 1h});
  REQUIRE(f.engine->hold("other", create, 4, f.now, f.wall)->granted);
  f.abort();
  CHECK(f.hold("other", 5, create).granted);
}

TEST_CASE("A FIFO of the same name begins anew") {
  Slow f;
  f.hold("q", 1);
  REQUIRE(f.engine->destroy("q").ok());
  f.settle();
  f.named("q", at_rate({1, 1s}));
  CHECK(f.hold("q", 2).granted);
}

TEST_CASE("One that settles waits for the rate besides") {
  Slow f;
  f.hold("q", 1);
  HoldRequest settling;
  settling.terms.settle = GENERATE(300ms, 2s);
  f.hold("q", 2, settling);
  CHECK(f.granted_after(2, std::max<Duration>(settling.terms.settle, 1s)));
}

TEST_CASE("One that is stopped lets the next one pass, for one turn") {
  Slow f;
  f.hold("q", 1);
  f.callers.stopped_ones.insert(2);
  f.hold("q", 2);
  f.hold("q", 3);
  f.hold("q", 4);
  f.advance(1s);
  CHECK(f.has_turn(3));
  CHECK_FALSE(f.has_turn(4));
  f.callers.stopped_ones.clear();
  f.advance(1s);
  CHECK(f.has_turn(2));
  CHECK_FALSE(f.has_turn(4));
}

TEST_CASE("A paused FIFO gives none, and one that goes on at the rate") {
  Slow f;
  f.hold("q", 1);
  f.hold("q", 2);
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  // That is why it waits.
  HoldReply third = f.hold("q", 3);
  CHECK(third.news->paused);
  CHECK(third.news->rate.empty());
  f.advance(300ms);
  REQUIRE(f.engine->pause("q", false, f.now).ok());
  f.settle();
  CHECK(f.granted_after(2, 700ms));
}

TEST_CASE("Nobody's turn is ended before the rate allows another") {
  Slow f(1);
  HoldRequest run;
  run.exec = true;
  run.owner = f.processes.start(100);
  f.hold("q", 1, run);
  f.advance(300ms);
  HoldRequest preempting;
  preempting.terms.preempt = {15, 0s};
  HoldReply start = f.hold("q", 2, preempting);
  CHECK(start.preempted->signalled.empty());
  CHECK(f.processes.signals.empty());
  f.advance(700ms - kNano);
  CHECK(f.processes.signals.empty());
  CHECK(f.engine->next_deadline() == f.now + kNano);
  f.advance(kNano);
  CHECK(f.processes.signals.size() == 1);
}

TEST_CASE("Those who wait are told that it is for the rate, and how long") {
  Slow f(2);
  for (int turn = 0; turn < 3; ++turn) {
    f.hold("q", 1);
    f.advance(100ms);
    f.gone(1);
    f.advance(1s);
  }
  f.hold("q", 1);
  f.set(at_rate({1, 1min}, 2));
  HoldReply second = f.hold("q", 2);
  REQUIRE(second.news);
  CHECK(second.news->rate == "1/m");
  CHECK(second.news->expected_wait == 1min);
  f.hold("q", 3);
  f.advance(2s);
  auto last = [&] { return f.callers.told<PositionInLine>(3).back(); };
  CHECK(last().expected_wait == 118s);
  f.advance(58s);
  REQUIRE(f.has_turn(2));
  f.advance(2s);
  // Both slots are held now: it waits for one of them.
  CHECK(last().rate.empty());
  f.gone(2);
  f.advance(2s);
  CHECK(last().rate == "1/m");
  f.advance(56s);
  CHECK(f.has_turn(3));
}

TEST_CASE("A slot that comes free too soon is what changes for who waits") {
  Slow f(2);
  f.hold("q", 1);
  f.advance(1s);
  f.hold("q", 2);
  f.hold("q", 3);
  CHECK(f.callers.told<PositionInLine>(3).empty());
  f.set(at_rate({1, 1h}, 2));
  f.advance(1s);
  f.gone(2);
  f.advance(2s);
  REQUIRE_FALSE(f.callers.told<PositionInLine>(3).empty());
  CHECK(f.callers.told<PositionInLine>(3).back().rate == "1/h");
}

TEST_CASE("A FIFO is made by hold with a rate, and not used with another") {
  FifoFixture f;
  HoldRequest call;
  call.create = true;
  call.fifo.rate = Rate{10, 1s};
  CHECK(f.hold("q", 1, call).granted);
  CHECK(f.fifo_row("q").config.rate == Rate{10, 1s});
  call.fifo.rate = Rate{};
  CHECK(f.hold_refusal("q", 2, call) == ErrorCode::kConflict);
  call.fifo.rate = Rate{10, 1min};
  auto refused = f.engine->hold("q", call, 2, f.now, f.wall);
  CHECK(refused.refusal().message ==
        "FIFO 'q' has the rate 10/s, not 10/m: leave rate out, or change it "
        "with /fifo/q/set");
  call.fifo.rate.reset();
  CHECK_FALSE(f.hold("q", 2, call).granted);
}

}  // namespace
}  // namespace syncq::test
