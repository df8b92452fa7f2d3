// A paused FIFO gives no turns.

#include "daemon/store/store_rules.h"
#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

void pause(FifoFixture& f, bool paused = true) {
  REQUIRE(f.engine->pause("q", paused, f.now).ok());
  f.settle();
}

TEST_CASE("While a FIFO is paused nobody is given a turn") {
  FifoFixture f;
  f.named("q");
  pause(f);
  Uuid plain = f.ticket("q");
  CHECK_FALSE(f.wait("q", plain, 1));
  CHECK(f.hold("q", 2).position == 2);
  HoldRequest now_or_never;
  now_or_never.nowait = true;
  auto refused = f.engine->hold("q", now_or_never, 3, f.now, f.wall);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.refusal().code == ErrorCode::kStillWaiting);
  CHECK_THAT(refused.refusal().message, Catch::Contains("q is paused"));
  f.advance(1h);
  CHECK(f.fifo_row("q").held == 0);
  CHECK(f.fifo_row("q").waiting() == 2);

  pause(f, false);
  CHECK(f.callers.granted(1)->ticket == plain);
  f.done("q", plain);
  CHECK(f.callers.granted(2));
}

TEST_CASE("Who holds a turn goes on while its FIFO is paused") {
  FifoFixture f;
  HoldReply held = f.hold("q", 1);
  Uuid ready = f.ticket(f.named("r"));
  pause(f);
  REQUIRE(f.engine->pause("r", true, f.now).ok());
  CHECK(f.state(held.ticket) == TicketState::kAccepted);
  // Its turn has come before; only it was not accepted.
  CHECK(f.wait("r", ready, 9));
  HoldReply next = f.hold("q", 2);
  f.gone(1);
  CHECK(f.ended(held.ticket) == TicketEnd::kDone);
  CHECK(f.state(next.ticket) == TicketState::kWaiting);
  pause(f, false);
  CHECK(f.callers.granted(2));
}

TEST_CASE("A call that ends while its FIFO is paused hears of that") {
  FifoFixture f;
  f.named("q");
  pause(f);
  CHECK_FALSE(f.wait("q", f.ticket("q"), 1, 5s));
  f.advance(5s);
  auto ended = f.callers.told<Ended>(1);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].why.code == ErrorCode::kStillWaiting);
  CHECK_THAT(ended[0].why.message,
             Catch::Contains("paused") && Catch::Contains("keeps its place"));
}

TEST_CASE("A line hears that it is paused, and that it goes on") {
  FifoFixture f;
  f.hold("q", 1);
  f.hold("q", 2);
  f.advance(1s);
  f.callers.notices.clear();
  pause(f);
  f.advance(1s);
  REQUIRE(f.callers.told<PositionInLine>(2).size() == 1);
  CHECK(f.callers.told<PositionInLine>(2).back().paused);
  HoldReply joined = f.hold("q", 3);
  REQUIRE(joined.news);
  CHECK(joined.news->paused);
  f.advance(1s);
  CHECK(f.callers.told<PositionInLine>(3).empty());
  pause(f, false);
  f.advance(1s);
  for (ConnectionId caller : {2u, 3u}) {
    REQUIRE_FALSE(f.callers.told<PositionInLine>(caller).empty());
    CHECK_FALSE(f.callers.told<PositionInLine>(caller).back().paused);
  }
}

TEST_CASE("Paused or not, twice is once") {
  FifoFixture f;
  f.named("q");
  pause(f);
  f.events.clear();
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  CHECK_FALSE(f.database->dirty());
  CHECK(f.events.empty());
  CHECK(f.engine->pause("none", true, f.now).refusal().code ==
        ErrorCode::kNotFound);
}

TEST_CASE("A FIFO stays paused through a restart") {
  TempDir dir;
  FifoFixture f(dir / "syncq.db");
  f.named("q");
  pause(f);
  Uuid ticket = f.ticket("q");
  f.restart();
  CHECK(f.fifo_row("q").paused);
  CHECK(f.state(ticket) == TicketState::kWaiting);
  pause(f, false);
  CHECK(f.state(ticket) == TicketState::kReady);
}

TEST_CASE("A FIFO that is paused is not destroyed for want of use") {
  FifoFixture f;
  NewFifo brief;
  brief.unused_destroy = 1h;
  f.named("q", brief);
  pause(f);
  f.advance(24h);
  CHECK(f.fifos() == 1);
  CHECK(find_breaches(*f.database).empty());
  pause(f, false);
  f.advance(1h - kNano);
  CHECK(f.fifos() == 1);
  f.advance(kNano);
  CHECK(f.fifos() == 0);
}

TEST_CASE("A pause that was rolled back has never been") {
  FifoFixture f;
  f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  f.callers.stopped_ones = {2};
  f.gone(1);
  REQUIRE(f.engine->pause("q", true, f.now).ok());
  f.abort();
  // Its line is asked again: the pause had made it forget to.
  f.callers.stopped_ones = {};
  f.settle();
  CHECK(f.state(second.ticket) == TicketState::kAccepted);

  pause(f);
  HoldReply third = f.hold("q", 3);
  f.gone(2);
  REQUIRE(f.engine->pause("q", false, f.now).ok());
  f.abort();
  f.settle();
  CHECK(f.state(third.ticket) == TicketState::kWaiting);
  CHECK(f.fifo_row("q").paused);
}

}  // namespace
}  // namespace syncq::test
