// Tickets that have no turn before nobody has asked anew for a while.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

HoldRequest settling(Duration settle, Duration at_most = 0s,
                     IfWaiting what = IfWaiting::kReplace) {
  HoldRequest call;
  call.terms.if_waiting = what;
  call.terms.settle = settle;
  call.terms.at_most = at_most;
  return call;
}

struct Free : FifoFixture {
  explicit Free(std::string path = ":memory:") : FifoFixture(std::move(path)) {
    named("q");
  }
  // Whether the caller gets its turn when the clock has gone on for so long,
  // and not before.
  bool granted_after(ConnectionId caller, Duration wait) {
    advance(wait - kNano);
    if (callers.granted(caller)) return false;
    CHECK(engine->next_deadline() == now + kNano);
    advance(kNano);
    return callers.granted(caller).has_value();
  }
  std::optional<Duration> settles() {
    return engine->live_tickets(fifo_row("q"), 10, now)[0].settles;
  }
};

TEST_CASE("A ticket that settles has its turn after that, though one is free") {
  Free f;
  CHECK(f.hold("q", 1, settling(2s)).position == 1);
  CHECK(f.settles() == 2s);
  CHECK(f.granted_after(1, 2s));
  CHECK(f.settles() == std::nullopt);
}

TEST_CASE("Each that asks anew starts the clock again") {
  Free f;
  f.hold("q", 1, settling(2s));
  for (ConnectionId caller = 2; caller < 9; ++caller) {
    f.advance(1s);
    f.hold("q", caller, settling(2s));
    CHECK(f.callers.ended(caller - 1) == ErrorCode::kReplaced);
  }
  CHECK(f.granted_after(8, 2s));
}

TEST_CASE("One that skips is one that asks anew") {
  Free f;
  f.hold("q", 1, settling(2s));
  f.advance(1s);
  CHECK(f.hold_refusal("q", 2, settling(5s, 0s, IfWaiting::kSkip)) ==
        ErrorCode::kAlreadyWaiting);
  f.settle();
  CHECK(f.granted_after(1, 2s));
}

TEST_CASE("It does not settle for longer than at most, from the first on") {
  Free f;
  f.hold("q", 1, settling(2s, 3s));
  for (ConnectionId caller = 2; caller < 4; ++caller) {
    f.advance(1s);
    f.hold("q", caller, settling(2s, 3s));
  }
  CHECK(f.granted_after(3, 1s));
  f.gone(3);
  // The next is the first of others.
  f.hold("q", 4, settling(2s, 3s));
  CHECK(f.granted_after(4, 2s));
}

TEST_CASE("It settles while another has its turn") {
  Free f;
  f.hold("q", 1);
  f.hold("q", 2, settling(2s));
  f.advance(5s);
  CHECK_FALSE(f.callers.granted(2));
  f.gone(1);
  CHECK(f.callers.granted(2));
}

TEST_CASE("Nobody passes one that settles, but by priority") {
  Free f;
  f.hold("q", 1, settling(2s));
  f.hold("q", 2);
  HoldRequest urgent;
  urgent.terms.priority = 1;
  CHECK(f.hold("q", 3, urgent).granted);
  f.gone(3);
  CHECK_FALSE(f.callers.granted(2));
  HoldRequest nowait;
  nowait.nowait = true;
  CHECK(f.hold_refusal("q", 4, nowait) == ErrorCode::kStillWaiting);
  CHECK(f.granted_after(1, 2s));
}

TEST_CASE("A ticket by itself settles as well") {
  Free f;
  TicketTerms terms;
  terms.settle = 2s;
  Uuid ticket = f.ticket("q", {}, terms);
  CHECK(f.state(ticket) == TicketState::kWaiting);
  f.advance(2s);
  CHECK(f.state(ticket) == TicketState::kReady);
}

TEST_CASE("One that is moved to the front has settled") {
  Free f;
  Uuid ticket = f.hold("q", 1, settling(2s)).ticket;
  REQUIRE(f.engine->front("q", ticket, f.now).ok());
  f.settle();
  CHECK(f.callers.granted(1));
}

TEST_CASE("One that goes while it settles leaves its place to the next") {
  Free f;
  f.hold("q", 1, settling(2s));
  f.hold("q", 2);
  f.gone(1);
  CHECK(f.callers.granted(2));
}

TEST_CASE("After a restart all have settled") {
  TempDir dir;
  Free f(dir.path() + "/db");
  Uuid ticket = f.hold("q", 1, settling(1h)).ticket;
  f.restart();
  HoldRequest back;
  back.ticket = ticket;
  CHECK(f.hold("q", 2, back).granted);
}

TEST_CASE("What was undone does not settle, and what it ended goes on") {
  TempDir dir;
  Free f(dir.path() + "/db");
  f.hold("q", 1, settling(2s));
  REQUIRE(f.engine->hold("q", settling(5s), 2, f.now, f.wall).ok());
  f.abort();
  f.settle();
  CHECK(f.settles() == 2s);
  // Its caller was told that it was replaced, which was undone: it comes back.
  HoldRequest back;
  back.ticket = f.engine->last_in_line("q");
  f.hold("q", 3, back);
  CHECK(f.granted_after(3, 2s));
}

}  // namespace
}  // namespace syncq::test
