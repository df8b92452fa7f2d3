// Turns in several FIFOs at once: who gets them, and when.

#include "tests/unit/fifo/several_fixture.h"

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
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
  f.gone(1);
  f.gone(3);
  CHECK_FALSE(f.has_turns(both));
  f.callers.stopped_ones = {};
  f.advance(kAskStopped);
  CHECK(f.has_turns(both));
}

// Whichever line is asked.
TEST_CASE(
    "A group is stopped if its caller is, whoever else waits for a part") {
  SeveralFixture f;
  f.hold("a", 1);
  f.hold("b", 2);
  HoldReply both = f.several({"a", "b"}, 3);
  f.wait("b", both.others[0].ticket, 4);
  f.callers.stopped_ones = {3};
  f.gone(1);
  f.gone(2);
  CHECK_FALSE(f.has_turns(both));
  f.callers.stopped_ones = {};
  f.advance(kAskStopped);
  CHECK(f.has_turns(both));
  CHECK(f.callers.granted(4)->ticket == both.others[0].ticket);
  CHECK(f.callers.told<Granted>(3).size() == 1);
}

TEST_CASE("A stopped caller that waits for more slots is not passed") {
  SeveralFixture f;
  f.with_slots("b", 2);
  f.hold("a", 1);
  f.hold("b", 2);
  HoldRequest two;
  two.terms.take = 2;
  f.hold("b", 3, two);
  HoldReply both = f.several({"a", "b"}, 4);
  f.callers.stopped_ones = {3};
  f.gone(1);
  CHECK_FALSE(f.has_turns(both));
  f.gone(2);
  CHECK(f.has_turns(both));
}

// To ask the line of b gives a turn to the one before the group, and with that
// the group its own, of a as well.
TEST_CASE("A newcomer has no turn of a line that another has emptied since") {
  SeveralFixture f;
  f.with_slots("b", 3);
  for (ConnectionId holder : {5, 6, 7}) f.hold("b", holder);
  f.hold("a", 1);
  HoldReply single = f.hold("b", 2);
  HoldReply both = f.several({"a", "b"}, 3);
  f.callers.stopped_ones = {2, 3};
  for (ConnectionId holder : {1, 5, 6, 7}) f.gone(holder);
  CHECK(f.fifo_row("b").held == 0);
  f.callers.stopped_ones = {};
  HoldRequest first;
  first.terms.priority = 1;
  first.nowait = true;
  CHECK(f.several_refusal({"a", "b"}, first) == ErrorCode::kStillWaiting);
  f.settle();
  CHECK(f.has_turns(both));
  CHECK(f.state(single.ticket) == TicketState::kAccepted);
}

}  // namespace
}  // namespace syncq::test
