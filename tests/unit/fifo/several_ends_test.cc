// Turns in several FIFOs at once: how they end.

#include "tests/unit/fifo/several_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE(
    "The end of the caller frees all of its turns, or all of its places") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1);
  HoldReply waits = f.several({"a", "b"}, 2);
  HoldReply last = f.several({"b", "a"}, 3);
  f.gone(2);
  CHECK(f.is_over(waits));
  CHECK(f.ended(waits.others[0].ticket) == TicketEnd::kCancelled);
  f.gone(1);
  CHECK(f.is_over(held));
  CHECK(f.ended(held.others[0].ticket) == TicketEnd::kDone);
  CHECK(f.has_turns(last));
  f.gone(3);
  CHECK(f.engine->parked() == 0);
  CHECK(f.live() == 0);
  // Each FIFO has the turn in its history.
  for (const char* name : {"a", "b"}) {
    CHECK(f.store->ended_turns(f.fifo_row(name).id, 100, 100).size() == 2);
  }
}

TEST_CASE("A dead caller that was not seen to go is passed in all lines") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply dead = f.several({"a", "b"}, 2);
  HoldReply next = f.several({"b", "a"}, 3);
  f.callers.dead.insert(2);
  f.gone(1);
  CHECK(f.is_over(dead));
  CHECK(f.has_turns(next));
  f.gone(2);
  CHECK(f.has_turns(next));
}

TEST_CASE("The process keeps all of its turns, and its end frees them") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b", "c"}, 1, by(f.processes.start(100)));
  HoldReply next = f.several({"c", "a"}, 2);
  CHECK(held.granted->process_lease);
  f.gone(1);
  CHECK(f.has_turns(held));
  CHECK(f.processes.watched.size() == 3);
  f.processes.statuses[100] = 3 << 8;

  SECTION("all are told of") { f.end_process(100); }
  SECTION("one alone is told of") {
    auto keys = f.processes.end(100);
    f.engine->process_ended(keys.at(1), 3 << 8);
    f.settle();
  }
  CHECK(f.is_over(held));
  CHECK(f.row(held.ticket).status == 3 << 8);
  CHECK(f.row(held.others[1].ticket).status == 3 << 8);
  CHECK(f.has_turns(next));
}

TEST_CASE("How the process ended is known of all of its turns, or of none") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b", "c"}, 1, by(f.processes.start(100)));
  f.processes.end(100);
  f.processes.statuses[100] = 3 << 8;
  f.processes.reaped = true;
  f.gone(1);
  CHECK(f.is_over(held));
  CHECK(f.row(held.ticket).status == 3 << 8);
  CHECK(f.row(held.others[0].ticket).status == 3 << 8);
  CHECK(f.row(held.others[1].ticket).status == 3 << 8);
}

TEST_CASE("The command of a supervisor keeps all of its turns") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1, by(f.processes.start(100), false));
  CHECK_FALSE(held.granted->process_lease);
  Process command = f.processes.start(101);

  SECTION("said on the stream") { f.engine->announce(1, command); }
  SECTION("said of the second") {
    f.engine->set_command(f.row(held.others[0].ticket), command);
  }
  f.settle();
  f.gone(1);
  CHECK(f.has_turns(held));
  f.end_process(101);
  CHECK(f.is_over(held));
}

TEST_CASE("done of any ends all, each with the status that was said") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1);
  HoldReply next = f.several({"a", "b"}, 2);
  bool first = GENERATE(true, false);
  Done how;
  how.status = 7 << 8;
  REQUIRE(f.engine
              ->done(first ? "a" : "b",
                     first ? held.ticket : held.others[0].ticket, how, f.now,
                     f.wall)
              .ok());
  // In the same transaction.
  f.engine->tick(f.now, f.wall);
  CHECK(f.is_over(held));
  CHECK(f.row(held.ticket).status == 7 << 8);
  CHECK(f.row(held.others[0].ticket).status == 7 << 8);
  CHECK(f.row(held.others[0].ticket).ended_at == f.wall);
  f.settle();
  CHECK(f.callers.told<Ended>(1).size() == 1);
  CHECK(f.has_turns(next));
}

TEST_CASE("A turn whose process still runs is kept when another is forced") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1, by(f.processes.start(100)));
  CHECK(f.done_refusal("a", held.ticket) == ErrorCode::kHeldByProcess);
  HoldReply next = f.several({"a", "b"}, 2);
  HoldReply in_a = f.hold("a", 3);
  f.done("a", held.ticket, true);
  CHECK(f.callers.ended(1) == ErrorCode::kDone);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
  CHECK(f.state(held.others[0].ticket) == TicketState::kAccepted);
  CHECK_FALSE(f.has_turns(next));
  CHECK_FALSE(f.callers.granted(3));
  f.gone(1);
  f.end_process(100);
  CHECK(f.is_over(held));
  CHECK(f.has_turns(next));
  CHECK(f.state(in_a.ticket) == TicketState::kWaiting);
}

TEST_CASE("To cancel one place in line leaves all lines") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply waits = f.several({"a", "b"}, 2);
  HoldReply behind = f.hold("b", 3);
  REQUIRE(f.engine->cancel("b", waits.others[0].ticket, f.now).ok());
  f.settle();
  CHECK(f.is_over(waits));
  CHECK(f.ended(waits.ticket) == TicketEnd::kCancelled);
  CHECK(f.callers.ended(2) == ErrorCode::kCancelled);
  CHECK(f.callers.told<Ended>(2).size() == 1);
  CHECK(f.state(behind.ticket) == TicketState::kAccepted);
  CHECK(f.engine->parked() == 2);
}

// Between the end of one and the tick that ends the others.
TEST_CASE("What is left of a group has no turn") {
  SeveralFixture f;
  f.hold("a", 1);
  f.hold("b", 2);
  HoldReply waits = f.several({"a", "b"}, 3);
  REQUIRE(f.engine->cancel("a", waits.ticket, f.now).ok());
  f.engine->caller_gone(2);
  HoldRequest nowait;
  nowait.nowait = true;
  CHECK(f.hold("b", 4, nowait).granted);
  CHECK(f.is_over(waits));
  CHECK_FALSE(f.row(waits.others[0].ticket).granted);
}

TEST_CASE("A place whose others have ended gets no turn before it ends, too") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply holder = f.hold("b", 2);
  HoldReply waits = f.several({"a", "b"}, 3);
  HoldReply behind = f.hold("b", 4);
  REQUIRE(f.engine->cancel("a", waits.ticket, f.now).ok());
  REQUIRE(f.engine->done("b", holder.ticket, {}, f.now, f.wall).ok());
  CHECK(f.state(waits.others[0].ticket) == TicketState::kWaiting);
  f.settle();
  CHECK(f.is_over(waits));
  CHECK(f.state(behind.ticket) == TicketState::kAccepted);
}

TEST_CASE("Who comes back to what is left of a group is told of its end") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply waits = f.several({"a", "b"}, 2);
  REQUIRE(f.engine->cancel("b", waits.others[0].ticket, f.now).ok());
  HoldRequest again;
  again.ticket = waits.ticket;
  REQUIRE(f.engine->hold("a", again, 3, f.now, f.wall).ok());
  f.settle();
  CHECK(f.is_over(waits));
  CHECK(f.callers.ended(3));
  CHECK(f.engine->parked() == 1);
}

TEST_CASE("The wait of several ends with its limit, or its wait_timeout") {
  SeveralFixture f;
  NewFifo impatient;
  impatient.timeouts.wait = 1min;
  f.named("b", impatient);
  f.hold("a", 1);
  HoldRequest call;
  call.limit = 5s;
  HoldReply limited = f.several({"a", "b"}, 2, call);
  HoldReply longer = f.several({"a", "b"}, 3);
  f.advance(5s);
  CHECK(f.is_over(limited));
  CHECK(f.callers.ended(2) == ErrorCode::kStillWaiting);
  f.advance(55s);
  CHECK(f.is_over(longer));
  CHECK(f.callers.ended(3) == ErrorCode::kWaitTimeout);
  CHECK(f.ended(longer.others[0].ticket) == TicketEnd::kWaitTimeout);
  CHECK(f.ended(longer.ticket) == TicketEnd::kCancelled);
  CHECK(f.live() == 1);
}

TEST_CASE("To destroy one of several FIFOs ends all of the turns") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1);
  HoldReply waits = f.several({"b", "a"}, 2);
  HoldReply behind = f.hold("b", 3);
  REQUIRE(f.engine->destroy("a").ok());
  f.settle();
  CHECK(f.is_over(held));
  CHECK(f.is_over(waits));
  CHECK(f.callers.ended(1) == ErrorCode::kDestroyed);
  CHECK(f.callers.ended(2) == ErrorCode::kDestroyed);
  CHECK(f.state(behind.ticket) == TicketState::kAccepted);
  f.settle();
  CHECK(f.fifo_row("b").live == 1);
}

TEST_CASE(
    "A caller that was lost comes back to all of its turns, or ends all") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1);
  HoldReply waits = f.several({"a", "b"}, 2);
  f.lost(1, 10s);
  f.lost(2, 10s);
  CHECK(f.has_turns(held));
  HoldRequest again;
  again.ticket = held.ticket;
  HoldReply back = f.hold("a", 3, again);
  REQUIRE(back.granted);
  CHECK(back.granted->others.at(0).fence == 1);
  CHECK(back.others.at(0).ticket == held.others[0].ticket);
  f.advance(10s);
  CHECK(f.has_turns(held));
  CHECK(f.is_over(waits));
  f.gone(3);
  CHECK(f.is_over(held));
}

TEST_CASE("One comes back to several turns by the first of them alone") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1);
  HoldRequest again;
  again.ticket = held.others[0].ticket;
  CHECK(f.hold_refusal("b", 2, again) == ErrorCode::kConflict);
  again.ticket = held.ticket;
  again.with = {"b"};
  again.create = true;
  CHECK(f.hold("a", 2, again).granted->others.size() == 1);
  CHECK(f.engine->parked() == 2);
}

}  // namespace
}  // namespace syncq::test
