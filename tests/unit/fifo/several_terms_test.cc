// Turns in several FIFOs at once, and the other ways to take a turn or to move
// in line; what is refused, and what is shown.

#include "tests/unit/fifo/preempting_fixture.h"
#include "tests/unit/fifo/several_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE(
    "A group waits for a paused FIFO, and gets its turns when that goes on") {
  SeveralFixture f;
  f.named("a");
  f.named("b");
  REQUIRE(f.engine->pause("b", true, f.now).ok());
  f.settle();
  HoldRequest nowait;
  nowait.nowait = true;
  CHECK(f.several_refusal({"a", "b"}, nowait) == ErrorCode::kStillWaiting);
  nowait.with = {"b"};
  CHECK_THAT(f.engine->hold("a", nowait, 9, f.now, f.wall).refusal().message,
             Catch::StartsWith("FIFO b is paused, and"));
  HoldReply both = f.several({"a", "b"}, 1);
  CHECK_FALSE(both.granted);
  REQUIRE(f.engine->pause("b", false, f.now).ok());
  f.settle();
  CHECK(f.has_turns(both));
}

TEST_CASE("Shared groups have their turns together") {
  SeveralFixture f;
  HoldRequest shared;
  shared.terms.shared = true;
  HoldReply first = f.several({"a", "b"}, 1, shared);
  HoldReply second = f.several({"b", "a"}, 2, shared);
  CHECK(first.granted);
  CHECK(second.granted);
  HoldReply third = f.several({"a", "b"}, 3);
  CHECK_FALSE(f.several({"a", "b"}, 4, shared).granted);
  f.gone(1);
  CHECK_FALSE(f.has_turns(third));
  f.gone(2);
  CHECK(f.has_turns(third));
}

TEST_CASE("A group is not replaced by who wants a part of it") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1);
  HoldReply group = f.several({"b", "a"}, 2);
  HoldRequest replaces;
  replaces.terms.if_waiting = IfWaiting::kReplace;
  HoldReply single = f.hold("a", 3, replaces);
  CHECK(single.position == 2);
  CHECK_FALSE(f.is_over(group));
  HoldReply other = f.hold("a", 4, replaces);
  CHECK(f.ended(single.ticket) == TicketEnd::kReplaced);
  CHECK(other.position == 2);
  HoldRequest skips;
  skips.terms.if_waiting = IfWaiting::kSkip;
  CHECK(f.hold_refusal("b", 5, skips) == ErrorCode::kAlreadyWaiting);
}

TEST_CASE("Each FIFO gives as many slots as a group takes") {
  SeveralFixture f;
  f.with_slots("a", 3);
  f.with_slots("b", 2);
  HoldRequest two;
  two.terms.take = 2;
  HoldReply first = f.several({"a", "b"}, 1, two);
  REQUIRE(first.granted);
  CHECK(first.granted->more_slots == std::vector{1});
  CHECK(first.granted->others[0].more_slots == std::vector{1});
  CHECK(f.hold("a", 2).granted->slot == 2);
  HoldReply second = f.several({"b", "a"}, 3, two);
  f.gone(1);
  CHECK(f.has_turns(second));
  two.terms.take = 3;
  CHECK(f.several_refusal({"a", "b"}, two) == ErrorCode::kTooFewSlots);
}

TEST_CASE("To the front a group goes in all of its lines") {
  SeveralFixture f;
  f.hold("a", 1);
  f.hold("b", 5);
  HoldReply first = f.several({"a", "b"}, 2);
  HoldReply single = f.hold("b", 3);
  HoldReply second = f.several({"c", "b", "a"}, 4);
  REQUIRE(f.engine->front("b", single.ticket, f.now).ok());
  REQUIRE(f.engine->front("b", second.others[0].ticket, f.now).ok());
  f.settle();
  std::int64_t rank = f.row(second.ticket).rank;
  CHECK(rank < f.row(single.ticket).rank);
  for (const HoldReply& other : second.others) {
    CHECK(f.row(other.ticket).rank == rank);
  }
  // Again it changes nothing: it is the first in all.
  REQUIRE(f.engine->front("c", second.ticket, f.now).ok());
  f.settle();
  CHECK(f.row(second.ticket).rank == rank);
  // But not if it is the first in one alone.
  REQUIRE(f.engine->front("a", first.ticket, f.now).ok());
  REQUIRE(f.engine->front("c", second.ticket, f.now).ok());
  f.settle();
  CHECK(f.row(second.ticket).rank < f.row(first.ticket).rank);
  REQUIRE(f.engine->front("b", single.ticket, f.now).ok());
  REQUIRE(f.engine->front("c", second.ticket, f.now).ok());
  f.settle();
  CHECK(f.row(second.ticket).rank < f.row(single.ticket).rank);
  f.gone(1);
  f.gone(5);
  CHECK(f.has_turns(second));
  f.gone(4);
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
  CHECK_FALSE(f.has_turns(first));
  f.gone(3);
  CHECK(f.has_turns(first));
}

// The one in front in b was passed, and must be asked again, though the group
// that went before it waits.
TEST_CASE("A stopped caller behind one that was moved to the front is asked") {
  SeveralFixture f;
  f.hold("a", 1);
  f.hold("b", 2);
  HoldReply single = f.hold("b", 3);
  HoldReply both = f.several({"a", "b"}, 4);
  f.callers.stopped_ones = {3};
  f.gone(2);
  REQUIRE(f.engine->front("a", both.ticket, f.now).ok());
  f.settle();
  f.gone(4);
  f.callers.stopped_ones = {};
  f.advance(kAskStopped);
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
}

TEST_CASE("nowait wants all of several at once, and makes nothing else") {
  SeveralFixture f;
  f.hold("b", 1);
  HoldRequest nowait;
  nowait.nowait = true;
  CHECK(f.several_refusal({"a", "b"}, nowait) == ErrorCode::kStillWaiting);
  CHECK(f.fifos() == 1);
  CHECK(f.live() == 1);
  f.engine->caller_gone(1);
  CHECK(f.several({"a", "b"}, 2, nowait).granted);
}

// To ask the line of b gives the group its turns, and with them the slot of a.
TEST_CASE("A newcomer has no turn that goes to a group when it asks") {
  SeveralFixture f;
  f.hold("b", 1);
  HoldReply both = f.several({"a", "b"}, 2);
  f.callers.stopped_ones = {2};
  f.gone(1);
  CHECK_FALSE(f.has_turns(both));
  f.callers.stopped_ones = {};
  HoldRequest nowait;
  nowait.nowait = true;
  CHECK(f.several_refusal({"b", "a"}, nowait) == ErrorCode::kStillWaiting);
  f.settle();
  CHECK(f.has_turns(both));
}

TEST_CASE("What can't be had of several FIFOs is refused, and nothing made") {
  SeveralFixture f;
  HoldRequest call;

  SECTION("the same FIFO twice") {
    CHECK(f.several_refusal({"a", "b", "a"}, call) == ErrorCode::kBadRequest);
    CHECK(f.fifos() == 0);
    f.named("b");
    CHECK(f.several_refusal({"b", f.fifo_row("b").uuid.text()}, call) ==
          ErrorCode::kBadRequest);
    CHECK(f.fifos() == 1);
    return;
  }
  SECTION("too many") {
    std::vector<std::string> names;
    for (int i = 0; i < 17; ++i) names.push_back("q" + std::to_string(i));
    CHECK(f.several_refusal(names, call) == ErrorCode::kBadRequest);
    names.pop_back();
    CHECK(f.fifos() == 0);
    CHECK(f.several(names, 1).granted->others.size() == 15);
    return;
  }
  SECTION("what is for one") {
    HoldRequest meets;
    meets.terms.if_waiting = GENERATE(IfWaiting::kSkip, IfWaiting::kReplace);
    CHECK(f.several_refusal({"a", "b"}, meets) == ErrorCode::kBadRequest);
    call.terms.settle = 1s;
    CHECK(f.several_refusal({"a", "b"}, call) == ErrorCode::kBadRequest);
    CHECK(f.several_refusal({"a", "b"}, preempting()) ==
          ErrorCode::kBadRequest);
  }
  SECTION("a name that can't be one") {
    CHECK(f.several_refusal({"a", "b c"}, call) == ErrorCode::kInvalidName);
    CHECK(f.several_refusal({"a", ""}, call) == ErrorCode::kInvalidName);
    CHECK(f.several_refusal({"a", Uuid::random().text()}, call) ==
          ErrorCode::kNotFound);
  }
  SECTION("more slots than a new one has") {
    call.terms.take = 2;
    CHECK(f.several_refusal({"a", "b"}, call) == ErrorCode::kTooFewSlots);
  }
  CHECK(f.fifos() == 0);
}

TEST_CASE("Turns in several FIFOs are ended by who preempts one of them") {
  SeveralFixture f;
  HoldReply both = f.several({"a", "b"}, 1, by(f.processes.start(7)));
  HoldReply waits = f.several({"b", "a"}, 2);
  HoldReply first = f.hold("a", 3, preempting());
  REQUIRE(first.preempted);
  CHECK(first.preempted->signalled.size() == 1);
  CHECK(f.processes.signals == Signals{{7, SIGTERM}});
  f.end_process(7);
  f.gone(1);
  CHECK(f.is_over(both));
  CHECK(f.callers.granted(3));
  // It has passed one who needs the other as well.
  CHECK_FALSE(f.has_turns(waits));
  CHECK(f.fifo_row("b").held == 0);
  f.gone(3);
  CHECK(f.has_turns(waits));
}

TEST_CASE("Turns in several FIFOs come no faster than each of them gives any") {
  SeveralFixture f;
  NewFifo slow;
  slow.rate = Rate{1, 10s};
  f.named("a", slow);
  f.named("b");
  f.hold("a", 1);
  f.gone(1);
  HoldRequest call;
  call.nowait = true;
  CHECK(f.several_refusal({"b", "a"}, call) == ErrorCode::kStillWaiting);
  HoldReply both = f.several({"b", "a"}, 2);
  CHECK_FALSE(f.has_turns(both));
  // Nobody passes it meanwhile.
  CHECK_FALSE(f.hold("b", 3).granted);
  f.advance(10s - kNano);
  CHECK_FALSE(f.has_turns(both));
  f.advance(kNano);
  CHECK(f.has_turns(both));
  f.gone(2);
  CHECK(f.callers.granted(3));
}

TEST_CASE("Overrides and slots are those of each of several FIFOs") {
  SeveralFixture f;
  f.named("a");
  HoldRequest call;
  call.fifo.timeouts.wait = 1h;
  CHECK(f.several_refusal({"n", "a"}, call) == ErrorCode::kOverridesNotAllowed);
  call = {};
  call.fifo.slots = 2;
  CHECK(f.several_refusal({"n", "a"}, call) == ErrorCode::kConflict);
  CHECK(f.fifos() == 1);
  HoldReply start = f.several({"n", "o"}, 1, call);
  CHECK(start.fifo.config.slots == 2);
  CHECK(start.others[0].fifo.config.slots == 2);
  // None is made of a name where that is not asked for.
  HoldRequest known;
  known.with = {"x"};
  CHECK(f.hold_refusal("n", 2, known) == ErrorCode::kNotFound);
}

TEST_CASE("Each of several turns says with which others it is had") {
  SeveralFixture f;
  f.several({"a", "b", "c"}, 1);
  f.several({"c", "a"}, 2);
  f.hold("a", 3);
  auto views = f.engine->live_tickets(f.fifo_row("a"), 10, f.now);
  REQUIRE(views.size() == 3);
  CHECK(views[0].with == std::vector<std::string>{"b", "c"});
  CHECK(views[1].with == std::vector<std::string>{"c"});
  CHECK(views[2].with.empty());
}

TEST_CASE("The place in each of several lines is told, and which line it is") {
  SeveralFixture f;
  f.hold("a", 1);
  f.hold("a", 2);
  f.hold("b", 3);
  HoldReply both = f.several({"a", "b"}, 4);
  CHECK(both.position == 2);
  CHECK(both.others[0].position == 1);
  f.advance(PositionNotifier::kSweepInterval);
  f.callers.notices.clear();
  f.gone(1);
  f.advance(PositionNotifier::kSweepInterval);
  auto told = f.callers.told<PositionInLine>(4);
  REQUIRE(told.size() == 1);
  CHECK(told[0].fifo == "a");
  CHECK(told[0].position == 1);
  f.gone(3);
  f.advance(PositionNotifier::kSweepInterval);
  told = f.callers.told<PositionInLine>(4);
  REQUIRE(told.size() == 2);
  CHECK(told[1].fifo == "b");
}

}  // namespace
}  // namespace syncq::test
