// Turns that are ended for one who comes later.

#include "tests/unit/fifo/preempting_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE("Nobody's turn is ended for one that is free") {
  Busy f(2);
  f.run(100, 1);
  HoldReply start = f.hold("q", 2, preempting());
  CHECK(start.granted);
  CHECK_FALSE(start.preempted);
  CHECK(f.row(start.ticket).priority() == 0);
  CHECK(f.processes.signals.empty());
}

TEST_CASE("A turn that has ended by now is free") {
  Busy f;
  f.run(100, 1);
  f.processes.end(100);
  f.engine->caller_gone(1);
  CHECK(f.hold("q", 2, preempting()).granted);
}

TEST_CASE("A turn is ended for one who stands before all, and then has it") {
  Busy f;
  Uuid holder = f.run(100, 1);
  HoldRequest urgent;
  urgent.terms.priority = kMostPriority;
  f.hold("q", 2, urgent);
  HoldReply start = f.hold("q", 3, preempting());
  f.hold("q", 4, urgent);
  CHECK(f.processes.signals == Signals{{100, SIGTERM}});
  CHECK(start.position == 1);
  REQUIRE(start.preempted);
  REQUIRE(start.preempted->signalled.size() == 1);
  CHECK(start.preempted->signalled[0].uuid == holder);
  CHECK(start.preempted->others == 0);
  CHECK(f.steered() ==
        std::vector<std::string>{"has a turn, of ticket " + holder.text() +
                                 ", that is sent SIGTERM for ticket " +
                                 start.ticket.text()});
  // Not before it has ended.
  CHECK_FALSE(f.has_turn(3));
  f.end_process(100);
  CHECK_FALSE(f.has_turn(3));
  f.gone(1);
  CHECK(f.has_turn(3));
  CHECK(f.processes.signals.size() == 1);
  f.gone(3);
  CHECK(f.has_turn(2));
}

TEST_CASE("One that nobody waits behind is before those who come") {
  Busy f;
  f.run(100, 1);
  f.hold("q", 2, preempting());
  HoldRequest urgent;
  urgent.terms.priority = kMostPriority;
  f.hold("q", 3, urgent);
  f.end_run(100, 1);
  CHECK(f.has_turn(2));
}

TEST_CASE("What goes on after its grace is killed, once") {
  Busy f;
  Uuid holder = f.run(100, 1);
  HoldReply start = f.hold("q", 2, preempting(30s, SIGINT));
  CHECK(f.processes.signals == Signals{{100, SIGINT}});
  f.wait_until_killed(30s);
  CHECK(f.processes.signals.back().first == 100);
  CHECK(f.steered().back() == "has a turn, of ticket " + holder.text() +
                                  ", that is sent SIGKILL for ticket " +
                                  start.ticket.text());
  f.hold("q", 3);
  f.advance(1h);
  CHECK(f.processes.signals.size() == 2);
  CHECK_FALSE(f.has_turn(2));
  f.end_run(100, 1);
  CHECK(f.has_turn(2));
}

TEST_CASE("No KILL follows without a grace, or upon a KILL") {
  Busy f;
  f.run(100, 1);
  auto how = GENERATE(preempting(0s), preempting(10s, SIGKILL));
  f.hold("q", 2, how);
  f.hold("q", 3);
  f.advance(1h);
  CHECK(f.processes.signals == Signals{{100, how.terms.preempt.signal}});
}

TEST_CASE("Nothing is killed for one that has left") {
  Busy f;
  f.run(100, 1);
  f.hold("q", 2, preempting());
  auto how = GENERATE(0, 1, 2);
  if (how == 0) f.gone(2);
  if (how == 1) f.callers.dead.insert(2);
  if (how == 2) f.lost(2, 1h);
  f.advance(10min);
  CHECK(f.processes.signals == Signals{{100, SIGTERM}});
  // Who comes later asks anew.
  f.hold("q", 3, preempting());
  CHECK(f.processes.signals.size() == (how == 0 ? 2 : 1));
}

TEST_CASE("A lost caller that comes back asks on") {
  Busy f;
  f.run(100, 1);
  HoldRequest call = preempting();
  call.ticket = f.hold("q", 2, call).ticket;
  f.lost(2, 1h);
  f.advance(10min);
  f.hold("q", 3, call);
  CHECK(f.processes.signals.size() == 1);
  f.wait_until_killed(10s);
}

TEST_CASE("A stopped process goes on, to end") {
  Busy f;
  f.run(100, 1);
  f.processes.stopped.insert(100);
  f.hold("q", 2, preempting());
  CHECK(f.processes.signals == Signals{{100, SIGTERM}, {100, SIGCONT}});
}

TEST_CASE("A caller whose process is not seen is told to end it") {
  Busy f;
  f.hold("q", 1);
  HoldReply start = f.hold("q", 2, preempting(5s, SIGINT));
  CHECK(start.preempted->signalled.size() == 1);
  REQUIRE(f.callers.told<Signalled>(1).size() == 1);
  CHECK(f.callers.told<Signalled>(1).back().number == SIGINT);
  f.advance(5s);
  REQUIRE(f.callers.told<Signalled>(1).size() == 2);
  CHECK(f.callers.told<Signalled>(1).back().number == SIGKILL);
  f.gone(1);
  CHECK(f.has_turn(2));
}

TEST_CASE("While the FIFO is paused nobody's turn is ended") {
  Busy f;
  f.run(100, 1);
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  HoldReply start = f.hold("q", 2, preempting());
  CHECK(start.preempted->signalled.empty());
  CHECK(start.preempted->others == 0);
  f.advance(1h);
  CHECK(f.processes.signals.empty());
  REQUIRE(f.engine->pause("q", false, f.now).ok());
  f.settle();
  CHECK(f.processes.signals == Signals{{100, SIGTERM}});
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  f.advance(1h);
  CHECK(f.processes.signals.size() == 1);
  REQUIRE(f.engine->pause("q", false, f.now).ok());
  f.settle();
  f.wait_until_killed(10s);
}

TEST_CASE("Nobody's turn is ended for one whose caller is gone unheard of") {
  Busy f;
  f.run(100, 1);
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  f.hold("q", 2, preempting());
  f.callers.dead.insert(2);
  REQUIRE(f.engine->pause("q", false, f.now).ok());
  CHECK(f.processes.signals.empty());
}

TEST_CASE("A restart forgets whose turns are to end, and they are asked anew") {
  Busy f;
  f.run(100, 1);
  HoldRequest call = preempting();
  call.ticket = f.hold("q", 2, call).ticket;
  f.restart();
  f.advance(1min);
  CHECK(f.processes.signals.size() == 1);
  HoldReply again = f.hold("q", 3, call);
  CHECK(again.preempted->signalled.size() == 1);
  CHECK(f.processes.signals == Signals{{100, SIGTERM}, {100, SIGTERM}});
  f.wait_until_killed(10s);
  f.end_process(100);
  CHECK(f.has_turn(3));
}

TEST_CASE("A caller of a turn that comes back ends none") {
  Busy f;
  HoldRequest call = preempting();
  call.ticket = f.run(100, 1, call);
  f.lost(1, 1h);
  HoldReply again = f.hold("q", 2, call);
  CHECK(again.granted);
  CHECK_FALSE(again.preempted);
}

TEST_CASE("What is undone ends no turn") {
  Busy f;
  f.run(100, 1);
  HoldRequest call = preempting();
  call.create = true;
  SECTION("a newcomer") {
    REQUIRE(f.engine->hold("q", call, 2, f.now, f.wall).ok());
    f.abort();
    // Another has its number now.
    f.hold("q", 3);
    f.advance(1min);
    CHECK(f.processes.signals.size() == 1);
  }
  SECTION("the end of one who waits for it") {
    HoldRequest back;
    back.ticket = f.hold("q", 2, call).ticket;
    f.engine->caller_gone(2);
    f.engine->tick(f.now, f.wall);
    f.abort();
    f.settle();
    f.hold("q", 3, preempting());
    CHECK(f.processes.signals.size() == 2);
  }
  SECTION("the end of its wait, by another slot") {
    Busy two(2);
    two.run(100, 1);
    Uuid held = two.ticket("q");
    two.wait("q", held, 2);
    two.hold("q", 3, preempting());
    REQUIRE(two.engine->done("q", held, {}, two.now, two.wall).ok());
    two.abort();
    two.settle();
    // It is known whose end it waits for.
    two.hold("q", 4, preempting());
    CHECK(two.processes.signals.size() == 1);
  }
  SECTION("the signals themselves, which are sent again") {
    REQUIRE(f.engine->pause("q", true, f.now).ok());
    f.hold("q", 2, call);
    REQUIRE(f.engine->pause("q", false, f.now).ok());
    f.abort();
    REQUIRE(f.engine->pause("q", false, f.now).ok());
    CHECK(f.processes.signals.size() == 2);
  }
  SECTION("the end of the turn itself") {
    f.hold("q", 2, call);
    f.processes.end(100);
    f.engine->caller_gone(1);
    f.engine->tick(f.now, f.wall);
    f.abort();
    f.callers.notices.clear();
    f.settle();
    CHECK(f.has_turn(2));
  }
}

}  // namespace
}  // namespace syncq::test
