// Turns in several FIFOs at once: who gets them, and when.

#include "tests/unit/fifo/fifo_several_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE("Turns in several free FIFOs are had at once, with all fences") {
  SeveralFixture f;
  f.hold("b", 1);
  f.gone(1);
  HoldReply start = f.several({"a", "b", "c"}, 2);
  CHECK(start.created);
  CHECK(start.position == 0);
  CHECK(start.fifo.name == "a");
  REQUIRE(start.others.size() == 2);
  CHECK(start.others[0].fifo.name == "b");
  CHECK(start.others[1].fifo.name == "c");
  REQUIRE(start.granted);
  CHECK(start.granted->fence == 1);
  REQUIRE(start.granted->others.size() == 2);
  CHECK(start.granted->others[0].ticket == start.others[0].ticket);
  CHECK(start.granted->others[0].fence == 2);
  CHECK(start.granted->others[1].fence == 1);
  CHECK(f.has_turns(start));
  CHECK(f.engine->parked() == 1);
  CHECK(f.engine->connection_turns() == 3);
  CHECK_FALSE(f.hold("c", 3).granted);
}

TEST_CASE(
    "Who wants several waits in all until all are free, and is told once") {
  SeveralFixture f;
  f.hold("a", 1);
  f.hold("b", 2);
  HoldReply start = f.several({"a", "b"}, 3);
  CHECK(start.position == 1);
  CHECK(start.news->fifo == "a");
  CHECK(start.others[0].position == 1);
  CHECK(start.others[0].news->fifo == "b");
  f.gone(1);
  CHECK_FALSE(f.has_turns(start));
  f.gone(2);
  CHECK(f.has_turns(start));
  auto told = f.callers.told<Granted>(3);
  REQUIRE(told.size() == 1);
  CHECK(told[0].ticket == start.ticket);
  CHECK(told[0].fence == 2);
  CHECK(told[0].others.at(0).ticket == start.others[0].ticket);
  CHECK(told[0].others[0].fence == 2);
  CHECK(f.fifo_row("a").held == 1);
  CHECK(f.fifo_row("b").held == 1);
}

TEST_CASE(
    "Nobody passes one that waits for another FIFO, and nothing is kept") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply both = f.several({"a", "b"}, 2);
  CHECK(f.fifo_row("b").held == 0);
  HoldReply single = f.hold("b", 3);
  CHECK_FALSE(single.granted);
  CHECK(single.position == 2);
  HoldRequest nowait;
  nowait.nowait = true;
  CHECK(f.hold_refusal("b", 4, nowait) == ErrorCode::kStillWaiting);
  f.gone(1);
  CHECK(f.has_turns(both));
  CHECK_FALSE(f.callers.granted(3));
  f.gone(2);
  CHECK(f.callers.granted(3));
}

TEST_CASE("A higher priority passes one that waits for another FIFO") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply both = f.several({"a", "b"}, 2);
  HoldRequest high;
  high.terms.priority = 1;
  CHECK(f.hold("b", 3, high).granted);
  f.gone(1);
  CHECK_FALSE(f.has_turns(both));
  f.gone(3);
  CHECK(f.has_turns(both));
}

TEST_CASE(
    "Groups that name the same FIFOs in another order have them in turn") {
  SeveralFixture f;
  std::vector<HoldReply> starts;
  starts.push_back(f.several({"a", "b"}, 1));
  starts.push_back(f.several({"b", "a"}, 2));
  starts.push_back(f.several({"b", "c", "a"}, 3));
  starts.push_back(f.several({"c", "b"}, 4));
  starts.push_back(f.several({"a", "c"}, 5));
  for (std::size_t i = 0; i < starts.size(); ++i) {
    CAPTURE(i);
    CHECK(f.has_turns(starts[i]));
    if (i + 1 < starts.size()) CHECK_FALSE(f.has_turns(starts[i + 1]));
    f.gone(i + 1);
    CHECK(f.is_over(starts[i]));
  }
  CHECK(f.live() == 0);
}

TEST_CASE("Behind a group that got its turns the other lines go on") {
  SeveralFixture f;
  f.with_slots("a", 2);
  f.with_slots("b", 2);
  f.hold("a", 1);
  f.hold("a", 2);
  HoldReply both = f.several({"a", "b"}, 3);
  HoldReply single = f.hold("b", 4);
  HoldReply next = f.several({"b", "c"}, 5);
  f.gone(1);
  CHECK(f.has_turns(both));
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
  CHECK_FALSE(f.has_turns(next));
  f.gone(4);
  CHECK(f.has_turns(next));
}

// Lines that were asked before are asked again in the next tick.
TEST_CASE("Behind a group the lines of older FIFOs go on at once, too") {
  SeveralFixture f;
  f.with_slots("b", 2);
  f.named("a");
  f.hold("a", 1);
  HoldReply both = f.several({"a", "b"}, 3);
  HoldReply single = f.hold("b", 4);
  f.callers.stopped_ones = {3};
  f.hold("a", 5);
  f.gone(1);
  f.callers.stopped_ones = {};
  f.now += kAskStopped;
  f.gone(5);
  CHECK(f.has_turns(both));
  if (f.state(single.ticket) == TicketState::kWaiting) {
    CHECK(f.engine->next_deadline() <= f.now);
    f.settle();
  }
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
}

TEST_CASE("A stopped caller in front in another line is passed") {
  SeveralFixture f;
  f.hold("a", 1);
  f.hold("b", 2);
  HoldReply single = f.hold("b", 3);
  HoldReply both = f.several({"a", "b"}, 4);
  f.callers.stopped_ones = {3};
  f.gone(2);
  CHECK_FALSE(f.has_turns(both));
  f.gone(1);
  CHECK(f.has_turns(both));
  CHECK(f.state(single.ticket) == TicketState::kWaiting);
  f.callers.stopped_ones = {};
  f.gone(4);
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
}

TEST_CASE("A running caller in front in another line is not passed") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply first = f.several({"b", "c"}, 2);
  f.gone(2);
  f.hold("c", 3);
  HoldReply other = f.several({"b", "c"}, 4);
  HoldReply both = f.several({"a", "b"}, 5);
  f.gone(1);
  CHECK_FALSE(f.has_turns(both));
  CHECK_FALSE(f.has_turns(other));
  f.gone(3);
  CHECK(f.has_turns(other));
  CHECK_FALSE(f.has_turns(both));
  f.gone(4);
  CHECK(f.has_turns(both));
}

TEST_CASE("A stopped group is passed, and has its turns when it goes on") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply both = f.several({"a", "b"}, 2);
  HoldReply single = f.hold("b", 3);
  f.callers.stopped_ones = {2};
  // It stands at the head of b, and stops there.
  f.advance(kAskStopped);
  CHECK(f.hold("b", 4).position == 2);
  f.advance(kAskStopped);
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
  f.gone(1);
  f.gone(3);
  f.gone(4);
  CHECK_FALSE(f.has_turns(both));
  f.callers.stopped_ones = {};
  f.advance(kAskStopped);
  CHECK(f.has_turns(both));
}

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
  f.gone(1);
  f.gone(5);
  CHECK(f.has_turns(second));
  f.gone(4);
  CHECK(f.has_turns(first));
  f.gone(2);
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
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
