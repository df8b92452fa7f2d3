// Turns in several FIFOs at once: what outlives the daemon, and aborted
// transactions.

#include "tests/unit/fifo/several_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

TEST_CASE("After a restart several turns are held, and ready, all together") {
  TempDir dir;
  SeveralFixture f(dir / "syncq.db");
  HoldReply held = f.several({"a", "b"}, 1, by(f.processes.start(100)));
  HoldReply next = f.several({"b", "a"}, 2, by(f.processes.start(200)));
  f.restart();
  CHECK(f.has_turns(held));
  f.end_process(100);
  CHECK(f.is_over(held));
  CHECK(f.state(next.ticket) == TicketState::kReady);
  CHECK(f.state(next.others[0].ticket) == TicketState::kReady);

  SECTION("its caller comes back") {
    HoldRequest again;
    again.ticket = next.ticket;
    HoldReply back = f.hold("b", 3, again);
    REQUIRE(back.granted);
    CHECK(back.granted->fence == 2);
    CHECK(back.granted->others.at(0).fence == 2);
    CHECK(f.has_turns(next));
    f.gone(3);
    f.end_process(200);
    CHECK(f.is_over(next));
  }
  SECTION("nobody comes") {
    HoldReply last = f.hold("a", 4);
    f.advance(1min);
    CHECK(f.is_over(next));
    CHECK(f.ended(next.ticket) == TicketEnd::kExpired);
    CHECK(f.state(last.ticket) == TicketState::kAccepted);
  }
}

TEST_CASE(
    "After a restart one that waits for several comes back to its places") {
  SeveralFixture f;
  f.hold("a", 1, by(f.processes.start(100)));
  HoldReply waits = f.several({"a", "b"}, 2, by(f.processes.start(200)));
  f.restart();
  HoldRequest again;
  again.ticket = waits.ticket;
  HoldReply back = f.hold("a", 3, again);
  CHECK(back.position == 1);
  CHECK(back.others.at(0).position == 1);
  f.end_process(100);
  CHECK(f.has_turns(waits));
  CHECK(f.callers.granted(3)->others.size() == 1);
}

TEST_CASE("What an aborted transaction gave of several turns was not given") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply waits = f.several({"a", "b"}, 2, by(f.processes.start(200)));
  HoldReply behind = f.hold("b", 3);
  f.engine->caller_gone(1);
  f.engine->tick(f.now, f.wall);
  f.abort();
  CHECK_FALSE(f.has_turns(waits));
  CHECK(f.fifo_row("b").held == 0);
  f.settle();
  CHECK(f.has_turns(waits));
  f.gone(2);
  f.end_process(200);
  CHECK(f.state(behind.ticket) == TicketState::kAccepted);
}

TEST_CASE("What an aborted transaction ended of several turns has not ended") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b"}, 1, by(f.processes.start(100)));
  bool ticked = GENERATE(true, false);
  REQUIRE(
      f.engine
          ->done("a", held.ticket, {.force = true, .status = {}}, f.now, f.wall)
          .ok());
  if (ticked) f.engine->tick(f.now, f.wall);
  f.abort();
  f.settle();
  CHECK(f.has_turns(held));
  f.end_process(100);
  CHECK(f.is_over(held));
}

TEST_CASE("Places that were left in an aborted transaction are kept") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldReply waits = f.several({"a", "b"}, 2, by(f.processes.start(200)));
  bool ticked = GENERATE(true, false);
  REQUIRE(f.engine->cancel("a", waits.ticket, f.now).ok());
  if (ticked) f.engine->tick(f.now, f.wall);
  f.abort();
  f.settle();
  CHECK_FALSE(f.is_over(waits));
  f.end_process(200);
  CHECK(f.is_over(waits));
}

TEST_CASE("A group whose drawing is aborted leaves nothing") {
  SeveralFixture f;
  f.hold("a", 1);
  HoldRequest call;
  call.create = true;
  call.with = {"b"};
  REQUIRE(f.engine->hold("a", call, 2, f.now, f.wall).ok());
  f.abort();
  CHECK(f.engine->parked() == 1);
  f.gone(2);
  // Their numbers go to others.
  HoldReply other = f.hold("a", 3);
  HoldReply free = f.hold("b", 4);
  CHECK(free.granted);
  f.gone(1);
  CHECK(f.state(other.ticket) == TicketState::kAccepted);
  CHECK_FALSE(f.callers.granted(2));
}

// Whatever it was about to write.
TEST_CASE("A store that fails at any step gives all of several turns or none") {
  for (int step = 1; step < 200; ++step) {
    CAPTURE(step);
    SeveralFixture f;
    HoldReply held = f.several({"a", "b"}, 1);
    HoldReply waits = f.several({"b", "c", "a"}, 2);
    int left = step;
    f.engine->caller_gone(1);
    sqlite3_progress_handler(
        f.database->get(), 40,
        [](void* count) { return --*static_cast<int*>(count) == 0 ? 1 : 0; },
        &left);
    bool failed = false;
    try {
      f.engine->tick(f.now, f.wall);
    } catch (const std::exception&) {
      failed = true;
    }
    sqlite3_progress_handler(f.database->get(), 0, nullptr, nullptr);
    if (failed) f.abort();
    CHECK(f.has_turns(held) != f.has_turns(waits));
    f.settle();
    CHECK(f.is_over(held));
    CHECK(f.has_turns(waits));
    if (!failed) return;
  }
  FAIL("the work has no end");
}

// The caller was told that one has ended, and is gone; the ticket of the other
// FIFO was still to be ended.
TEST_CASE("An aborted destruction of two FIFOs leaves no turn without an end") {
  SeveralFixture f;
  HoldReply held = f.several({"a", "b", "c"}, 1);
  REQUIRE(f.engine->destroy("a").ok());
  REQUIRE(f.engine->destroy("c").ok());
  f.engine->tick(f.now, f.wall);
  f.abort();
  f.settle();
  CHECK(f.has_turns(held));
  for (const HoldReply& other : held.others)
    CHECK(f.row(other.ticket).deadline);
  f.advance(kMinReattachGrace);
  CHECK(f.is_over(held));
}

}  // namespace
}  // namespace syncq::test
