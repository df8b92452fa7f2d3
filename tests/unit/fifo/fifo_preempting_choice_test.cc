// Whose turns are ended for one who comes later.

#include "tests/unit/fifo/preempting_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE("Of several turns the youngest end, as many as must") {
  Busy f(3);
  f.run(100, 1);
  HoldRequest two;
  two.terms.take = 2;
  SECTION("one of three") {
    f.run(200, 2);
    f.run(300, 3);
    f.hold("q", 4, preempting());
    CHECK(f.processes.signals == Signals{{300, SIGTERM}});
    f.end_run(100, 1);
    CHECK(f.has_turn(4));
  }
  SECTION("one that takes two") {
    f.run(200, 2, two);
    HoldRequest call = preempting();
    call.terms.take = 2;
    f.hold("q", 4, call);
    CHECK(f.processes.signals == Signals{{200, SIGTERM}});
  }
  SECTION("two for one that takes three, of which one is free") {
    f.run(200, 2);
    HoldRequest call = preempting();
    call.terms.take = 3;
    HoldReply start = f.hold("q", 4, call);
    CHECK(f.processes.signals == Signals{{200, SIGTERM}, {100, SIGTERM}});
    CHECK(start.preempted->signalled.size() == 2);
    f.end_run(100, 1);
    CHECK_FALSE(f.has_turn(4));
    f.end_run(200, 2);
    CHECK(f.has_turn(4));
  }
}

TEST_CASE("None ends that an older one, which has more slots, makes needless") {
  Busy f(4);
  HoldRequest three;
  three.terms.take = 3;
  f.run(100, 1, three);
  f.run(200, 2);
  HoldRequest call = preempting();
  call.terms.take = 3;
  f.hold("q", 4, call);
  CHECK(f.processes.signals == Signals{{100, SIGTERM}});
  f.end_run(100, 1);
  CHECK(f.has_turn(4));
}

HoldRequest shared(HoldRequest call = {}) {
  call.terms.shared = true;
  return call;
}

TEST_CASE("Shared turns end all, and are as old as the oldest of them") {
  Busy f(2);
  const bool older = GENERATE(true, false);
  if (older) f.run(100, 1, shared());
  f.run(200, 2);
  f.run(300, 3, shared());
  f.run(400, 4, shared());
  f.hold("q", 5, preempting());
  CHECK(f.processes.signals == (older
                                    ? Signals{{200, SIGTERM}}
                                    : Signals{{300, SIGTERM}, {400, SIGTERM}}));
}

TEST_CASE("A shared one joins those who are, and ends no turn") {
  Busy f;
  f.run(100, 1, shared());
  f.hold("q", 2);
  CHECK(f.hold("q", 3, shared(preempting())).granted);
  CHECK(f.processes.signals.empty());
}

TEST_CASE("A shared one ends the turn of one that is not") {
  Busy f;
  f.run(100, 1);
  f.hold("q", 2, shared(preempting()));
  CHECK(f.processes.signals == Signals{{100, SIGTERM}});
}

TEST_CASE(
    "Of two who end a turn the later has it, and neither ends the other") {
  Busy f;
  f.run(100, 1);
  f.run(200, 2, preempting());
  HoldReply later = f.hold("q", 3, preempting(5s));
  CHECK(f.processes.signals == Signals{{100, SIGTERM}});
  CHECK(later.preempted->signalled.size() == 1);
  CHECK(later.position == 1);
  // It is killed as soon as the one or the other asks for.
  f.wait_until_killed(5s);
  f.end_run(100, 1);
  CHECK(f.has_turn(3));
  f.advance(1min);
  CHECK(f.processes.signals.size() == 2);
  f.gone(3);
  CHECK(f.has_turn(2));
}

TEST_CASE("Nor does one that has the turn at the very moment the other came") {
  Busy f;
  f.run(100, 1);
  f.hold("q", 2, preempting());
  f.hold("q", 3, preempting());
  f.end_run(100, 1);
  CHECK(f.has_turn(3));
  CHECK(f.callers.told<Signalled>(3).empty());
}

TEST_CASE("A later one does not put off what was to be killed") {
  Busy f;
  f.run(100, 1);
  f.run(200, 2, preempting(5s));
  f.hold("q", 3, preempting(1min));
  f.wait_until_killed(4s);
}

TEST_CASE("Nor do those who come and leave again") {
  Busy f;
  f.run(100, 1);
  f.run(200, 2, preempting(5s));
  f.hold("q", 3, preempting(1min));
  f.gone(3);
  f.wait_until_killed(4s);
}

TEST_CASE("Whoever leaves takes along the KILL that it alone wanted") {
  Busy f;
  f.run(100, 1);
  f.hold("q", 2, preempting(5s));
  SECTION("the other wants none") {
    f.hold("q", 3, preempting(0s));
    f.gone(2);
    f.advance(1h);
    CHECK(f.processes.signals == Signals{{100, SIGTERM}});
  }
  SECTION("the other wants it later") {
    f.hold("q", 3, preempting(1min));
    f.gone(2);
    f.wait_until_killed(1min);
  }
}

TEST_CASE("Nothing is killed for one that has its turn, in another slot") {
  Busy f(2);
  f.run(100, 1);
  f.run(200, 2);
  f.hold("q", 3, preempting(0s));
  Uuid other = f.hold("q", 4).ticket;
  REQUIRE(f.engine->front("q", other, f.now).ok());
  f.hold("q", 5, preempting());
  f.end_run(100, 1);
  REQUIRE(f.has_turn(5));
  f.advance(1h);
  CHECK(f.processes.signals == Signals{{200, SIGTERM}});
}

TEST_CASE("When the later one leaves the grace of the other begins anew") {
  Busy f;
  f.run(100, 1);
  f.run(200, 2, preempting(10s));
  f.hold("q", 3, preempting(2s));
  f.gone(3);
  CHECK(f.processes.signals.size() == 1);
  f.wait_until_killed(10s);
}

TEST_CASE("Who loses the turn that it ended to another ends the next") {
  Busy f(2);
  f.run(100, 1);
  f.run(200, 2);
  f.run(300, 3, preempting());
  f.run(400, 4, preempting());
  CHECK(f.processes.signals == Signals{{200, SIGTERM}});
  f.end_run(200, 2);
  CHECK(f.has_turn(4));
  CHECK(f.processes.signals == Signals{{200, SIGTERM}, {100, SIGTERM}});
  f.end_run(100, 1);
  CHECK(f.has_turn(3));
}

TEST_CASE("One that was moved before it is not ended") {
  Busy f;
  f.run(100, 1);
  Uuid waiting = f.run(200, 2);
  f.hold("q", 3, preempting());
  f.advance(1s);
  REQUIRE(f.engine->front("q", waiting, f.now).ok());
  f.settle();
  f.end_run(100, 1);
  CHECK(f.has_turn(2));
  f.hold("q", 4);
  f.advance(1min);
  CHECK(f.processes.signals == Signals{{100, SIGTERM}});
}

TEST_CASE("A turn without a process to be seen is waited for, in front") {
  Busy f;
  Uuid held = f.ticket("q");
  f.wait("q", held, 1);
  Uuid behind = f.ticket("q");
  HoldReply start = f.hold("q", 2, preempting());
  CHECK(start.position == 1);
  CHECK(start.preempted->signalled.empty());
  CHECK(start.preempted->others == 1);
  CHECK(f.steered().empty());
  f.done("q", held);
  CHECK(f.has_turn(2));
  CHECK(f.state(behind) == TicketState::kWaiting);
}

TEST_CASE("Those that can't be ended are counted beside those that are") {
  Busy f(2);
  f.run(100, 1);
  f.wait("q", f.ticket("q"), 2);
  HoldRequest call = preempting();
  call.terms.take = 2;
  HoldReply start = f.hold("q", 3, call);
  CHECK(start.preempted->signalled.size() == 1);
  CHECK(start.preempted->others == 1);
}

TEST_CASE("A turn that nobody has accepted is waited for, too") {
  Busy f;
  f.ticket("q");
  CHECK(f.hold("q", 2, preempting()).preempted->others == 1);
}

TEST_CASE("One that can be ended is, though another is younger") {
  Busy f(2);
  f.run(100, 1);
  Uuid held = f.ticket("q");
  f.wait("q", held, 2);
  CHECK(f.hold("q", 3, preempting()).preempted->others == 0);
  CHECK(f.processes.signals == Signals{{100, SIGTERM}});
}

TEST_CASE("A process that has ended already is not counted among the others") {
  Busy f(2);
  f.run(100, 1);
  f.run(200, 2);
  f.processes.end(200);
  HoldReply start = f.hold("q", 3, preempting());
  CHECK(start.preempted->signalled.empty());
  CHECK(start.preempted->others == 0);
  CHECK(f.processes.signals.empty());
  f.gone(2);
  CHECK(f.has_turn(3));
}

TEST_CASE("Many shared turns are ended a hundred at a time") {
  Busy f;
  for (int i = 0; i < 250; ++i) {
    HoldRequest call = shared();
    call.exec = true;
    call.owner = f.processes.start(1000 + i);
    f.hold("q", 1 + static_cast<ConnectionId>(i), call);
  }
  HoldReply start = f.hold("q", 999, preempting());
  CHECK(start.preempted->signalled.size() == kMostLooks);
  CHECK(start.preempted->others == 0);
  while (f.engine->next_deadline() <= f.now) f.settle();
  CHECK(f.processes.signals.size() == 250);
  f.advance(10s);
  while (f.engine->next_deadline() <= f.now) f.settle();
  CHECK(f.processes.signals.size() == 500);
}

}  // namespace
}  // namespace syncq::test
