// Each of the four clocks, a nanosecond before, at, and after its end.

#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

NewFifo with(Overrides timeouts, std::optional<Duration> unused = {}) {
  NewFifo wanted;
  wanted.timeouts = timeouts;
  wanted.unused_destroy = unused;
  return wanted;
}

TEST_CASE("The defaults are the reference service's") {
  FifoFixture f;
  f.named("q");
  const FifoConfig& config = f.fifo_row("q").config;
  CHECK(config.timeouts.wait == 6h);
  CHECK(config.timeouts.accept == 1min);
  CHECK(config.timeouts.done == 10min);
  CHECK(config.unused_destroy == 24h * 30);
  CHECK_FALSE(config.allow_overrides);
  CHECK(config.slots == 1);
}

TEST_CASE("wait_timeout: a ticket leaves the line when its time is up") {
  FifoFixture f;
  f.named("q", with({2h, 1min, 0h}));
  Uuid first = f.ticket("q");
  f.wait("q", first, 1);
  Uuid second = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));
  CHECK_FALSE(f.wait("q", second, 3));

  f.advance(2h - kNano);
  CHECK(f.state(second) == TicketState::kWaiting);
  CHECK_FALSE(f.callers.ended(2));

  SECTION("at it") { f.advance(kNano); }
  SECTION("after it") { f.advance(24h); }
  CHECK(f.ended(second) == TicketEnd::kWaitTimeout);
  CHECK(f.callers.ended(2) == ErrorCode::kWaitTimeout);
  CHECK(f.callers.ended(3) == ErrorCode::kWaitTimeout);
  REQUIRE(f.events.size() == 2);
  CHECK(std::get<TicketExpired>(f.events[1]).clock == "wait_timeout");
  if (f.now < Instant(1000h) + 3h) {
    CHECK(f.wait_refusal("q", second) == ErrorCode::kWaitTimeout);
    CHECK(f.done_refusal("q", second) == ErrorCode::kExpired);
    CHECK(f.fifo_row("q").live == 1);
  }
}

TEST_CASE("wait_timeout does not run once the ticket is ready") {
  FifoFixture f;
  f.named("q", with({1h, 24h, 24h}));
  Uuid ready = f.ticket("q");
  f.advance(1h);
  CHECK(f.state(ready) == TicketState::kReady);
}

TEST_CASE("accept_timeout: a turn nobody takes passes on") {
  FifoFixture f;
  f.named("q", with({6h, 30s, 10min}));
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));

  f.advance(30s - kNano);
  CHECK(f.state(first) == TicketState::kReady);
  CHECK_FALSE(f.callers.granted(2));

  SECTION("at it") { f.advance(kNano); }
  SECTION("after it") { f.advance(1min); }
  CHECK(f.ended(first) == TicketEnd::kExpired);
  CHECK(f.wait_refusal("q", first) == ErrorCode::kExpired);
  CHECK(f.callers.granted(2)->fence == 1);
}

TEST_CASE("accept_timeout: a nanosecond before it the turn can be taken") {
  FifoFixture f;
  f.named("q", with({6h, 30s, 10min}));
  Uuid ticket = f.ticket("q");
  f.advance(30s - kNano);
  CHECK(f.wait("q", ticket, 1)->fence == 1);
  f.advance(1min);
  CHECK(f.state(ticket) == TicketState::kAccepted);
}

TEST_CASE("done_timeout: a turn that lasts too long passes on") {
  FifoFixture f;
  f.named("q", with({6h, 30s, 10min}));
  Uuid first = f.ticket("q");
  CHECK(f.wait("q", first, 1));
  Uuid second = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));

  f.advance(10min - kNano);
  CHECK(f.state(first) == TicketState::kAccepted);
  CHECK_FALSE(f.callers.granted(2));

  SECTION("at it") { f.advance(kNano); }
  SECTION("after it") { f.advance(1min); }
  CHECK(f.ended(first) == TicketEnd::kExpired);
  CHECK(f.callers.granted(2)->fence == 2);
  CHECK(f.done_refusal("q", first) == ErrorCode::kExpired);
  CHECK(f.state(second) == TicketState::kAccepted);
}

TEST_CASE("unused_destroy_timeout: a FIFO nobody uses is destroyed") {
  FifoFixture f;
  f.named("q", with({}, 48h));
  f.advance(48h - kNano);
  CHECK(f.engine->show("q", f.now).ok());
  SECTION("at it") { f.advance(kNano); }
  SECTION("after it") { f.advance(1h); }
  CHECK(f.engine->show("q", f.now).refusal().code == ErrorCode::kNotFound);
  REQUIRE(f.events.size() == 1);
  CHECK(std::get<FifoUnused>(f.events[0]).name == "q");
}

TEST_CASE("unused_destroy_timeout: a FIFO with live tickets is in use") {
  FifoFixture f;
  f.named("q", with({0h, 0h, 0h}, 1h));
  Uuid ticket = f.ticket("q");
  f.advance(24h * 365);
  REQUIRE(f.engine->show("q", f.now).ok());
  // The clock starts when the last ticket ends.
  f.done("q", ticket);
  f.advance(1h - kNano);
  CHECK(f.engine->show("q", f.now).ok());
  f.advance(kNano);
  CHECK_FALSE(f.engine->show("q", f.now).ok());
}

TEST_CASE("A timeout of zero is none") {
  FifoFixture f;
  f.named("q", with({0h, 0h, 0h}, Duration(0)));
  f.named("unused", with({}, Duration(0)));
  Uuid held = f.ticket("q");
  Uuid waiting = f.ticket("q");
  const Duration ages = 24h * 36525;
  f.advance(ages);
  CHECK(f.state(held) == TicketState::kReady);
  CHECK(f.state(waiting) == TicketState::kWaiting);
  CHECK(f.wait("q", held, 1));
  f.advance(ages);
  CHECK(f.state(held) == TicketState::kAccepted);
  CHECK(f.engine->show("unused", f.now).ok());
  CHECK_FALSE(f.engine->next_deadline());
}

TEST_CASE("The next deadline is the nearest of all") {
  FifoFixture f;
  f.named("q", with({3h, 2h, 1h}, 48h));
  CHECK(f.engine->next_deadline() == f.now + 48h);
  Uuid first = f.ticket("q");
  CHECK(f.engine->next_deadline() == f.now + 2h);
  Uuid second = f.ticket("q");
  f.advance(10min);
  CHECK(f.wait("q", first, 1));
  CHECK(f.engine->next_deadline() <= f.now + 1h);
  CHECK_FALSE(f.wait("q", second, 2, 5min));
  CHECK(f.engine->next_deadline() == f.now + 5min);
}

}  // namespace
}  // namespace syncq::test
