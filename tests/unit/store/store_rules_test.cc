// Rows of FIFOs that contradict one another: mended at the start if there is
// one right answer, refused if there is none.

#include "daemon/store/store_rules.h"

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/store/store_damage.h"

namespace syncq::test {
namespace {

TEST_CASE("FIFOs in use keep all their rules") {
  FifoFixture f;
  f.named("a");
  f.ticket("a");
  f.ticket("a");
  CHECK(find_breaches(*f.database).empty());
}

TEST_CASE("Tickets that a FIFO counts and has not are counted again") {
  FifoFixture f;
  f.named("q");
  damage(f, GENERATE("UPDATE fifos SET live = 1, held = 1",
                     "UPDATE fifos SET live = 3", "UPDATE fifos SET held = 1",
                     "UPDATE fifos SET live = -1"));
  CHECK(mend(f) >= 1);
  auto view = f.engine->show("q", f.now);
  REQUIRE(view.ok());
  CHECK(view->fifo.live == 0);
  CHECK_FALSE(view->holder);
  Uuid ticket = f.ticket("q");
  CHECK(f.wait("q", ticket, 1));
}

TEST_CASE(
    "Tickets that a FIFO has and does not count are counted, and served") {
  FifoFixture f;
  f.named("q");
  f.ticket("q");
  Uuid next = f.ticket("q");
  damage(f, "DELETE FROM tickets WHERE state <> 0");
  CHECK(mend(f) >= 1);
  f.engine->recover(f.now, true);
  f.settle();
  CHECK(f.state(next) == TicketState::kReady);
  CHECK(f.fifo_row("q").live == 1);
}

// Its tickets end in slices, through restarts.
TEST_CASE("A FIFO that was destroyed breaks no rule") {
  FifoFixture f;
  f.named("q");
  f.ticket("q");
  damage(f, "DELETE FROM fifos");
  CHECK(find_breaches(*f.database).empty());
}

TEST_CASE("A FIFO in use is not destroyed for want of use") {
  FifoFixture f;
  f.named("used");
  f.named("unused");
  f.ticket("used");
  damage(f, "UPDATE fifos SET deadline = iif(live > 0, 1, NULL)");
  CHECK(mend(f) == 1);
  CHECK_FALSE(f.fifo_row("used").deadline);
  CHECK(f.fifo_row("unused").deadline > f.now);
}

TEST_CASE("A fence is never below one that was given") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  std::int64_t given = f.wait("q", first, 1)->fence;
  damage(f, "UPDATE fifos SET fence = 0");
  CHECK(mend(f) == 1);
  f.done("q", first);
  CHECK(f.wait("q", f.ticket("q"), 1)->fence > given);
}

TEST_CASE("Turns in slots that can't be are refused") {
  FifoFixture f;
  NewFifo wide;
  wide.slots = 2;
  f.named("q", wide);
  f.ticket("q");
  f.ticket("q");
  damage(f, GENERATE("UPDATE tickets SET slot = 1024",
                     "UPDATE tickets SET slot = -1",
                     "UPDATE tickets SET slot = 1"));
  check_refused(f, "slot");
}

TEST_CASE("Shared turns may be in one slot, and only they") {
  FifoFixture f;
  f.named("q");
  const TicketTerms shared{.priority = 0, .shared = true};
  f.ticket("q", {}, shared);
  f.ticket("q", {}, shared);
  CHECK(find_breaches(*f.database).empty());
  damage(f, GENERATE("UPDATE fifos SET shared = 0",
                     "UPDATE fifos SET shared = 3"));
  CHECK(mend(f) == 1);
  CHECK(f.fifo_row("q").shared == 2);
  damage(f, "UPDATE tickets SET shared = 0 WHERE seq = 2");
  check_refused(f, "another's");
}

TEST_CASE("Shared turns of a FIFO are all in one slot") {
  FifoFixture f;
  NewFifo wide;
  wide.slots = 2;
  f.named("q", wide);
  const TicketTerms shared{.priority = 0, .shared = true};
  f.ticket("q", {}, shared);
  f.ticket("q", {}, shared);
  damage(f, "UPDATE tickets SET slot = 1 WHERE seq = 2");
  check_refused(f, "in several slots");
}

TEST_CASE("Tickets drawn together all wait, or none does") {
  FifoFixture f;
  HoldRequest both;
  both.with = {"b"};
  f.hold("a", 1, both);
  f.hold("a", 2, both);
  CHECK(find_breaches(*f.database).empty());
  damage(f, "UPDATE tickets SET state = 0, slot = -1 WHERE seq = 2");
  check_refused(f, "some wait");
  CHECK(f.fifo_row("a").live == 2);
  CHECK(f.fifo_row("b").live == 1);
}

TEST_CASE("Tickets drawn together stand in line by one rank") {
  FifoFixture f;
  f.hold("a", 1);
  HoldRequest both;
  both.with = {"b"};
  HoldReply waits = f.hold("a", 2, both);
  damage(f, "UPDATE tickets SET rank = -7 WHERE seq = 3");
  CHECK(mend(f) == 1);
  CHECK(f.row(waits.ticket).rank == -7);
  CHECK(f.row(waits.others.at(0).ticket).rank == -7);
}

// The first one has slots 0 and 1, the second 2 to 4, the third 5; the last
// waits for seven.
struct Weighted : FifoFixture {
  Weighted() {
    NewFifo wide;
    wide.slots = 8;
    named("q", wide);
    for (int take : {2, 3, 1, 7}) {
      TicketTerms terms;
      terms.take = take;
      ticket("q", {}, terms);
    }
  }
};

TEST_CASE("Slots that are taken together are counted again") {
  Weighted f;
  CHECK(find_breaches(*f.database).empty());
  damage(f, GENERATE("UPDATE fifos SET extra = 0", "UPDATE fifos SET extra = 4",
                     "UPDATE fifos SET extra = -1"));
  CHECK(mend(f) == 1);
  CHECK(f.fifo_row("q").extra == 3);
}

TEST_CASE("Turns with other slots than are theirs are refused") {
  Weighted f;
  damage(f, GENERATE("UPDATE tickets SET more_slots = '' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '3' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '3,4,6' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '3,x' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '3,1.5' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '3,1024' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '3,3' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '2,3' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '3,1' WHERE seq = 2",
                     "UPDATE tickets SET more_slots = '3,5' WHERE seq = 2",
                     "UPDATE tickets SET take = 2 WHERE seq = 2"));
  check_refused(f, "than are theirs");
}

TEST_CASE("One that waits for more slots than there are is refused") {
  Weighted f;
  damage(f, "UPDATE fifos SET slots = 6");
  check_refused(f, "more slots than there are");
}

TEST_CASE("A FIFO with a rate that there is not has none") {
  FifoFixture f;
  NewFifo wanted;
  wanted.rate = Rate{10, 1s};
  f.named("q", wanted);
  damage(f, GENERATE("UPDATE fifos SET rate = -1",
                     "UPDATE fifos SET rate = 1000001",
                     "UPDATE fifos SET rate_per = 0",
                     "UPDATE fifos SET rate_per = -5"));
  CHECK(mend(f) == 1);
  CHECK_FALSE(f.fifo_row("q").config.rate);
}

TEST_CASE("A state, or a number of slots, that there is not is refused") {
  FifoFixture f;
  f.named("q");
  f.ticket("q");
  damage(
      f,
      GENERATE("UPDATE tickets SET state = 9", "UPDATE tickets SET state = 'x'",
               "UPDATE fifos SET slots = 0", "UPDATE fifos SET slots = 5000"));
  check_refused(f, "damaged");
}

}  // namespace
}  // namespace syncq::test
