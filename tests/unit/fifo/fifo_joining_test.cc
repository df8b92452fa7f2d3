// What a newcomer does about those who wait already, and who waits for the end
// of another's ticket.

#include <algorithm>

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

TicketTerms with(IfWaiting what) {
  TicketTerms terms;
  terms.if_waiting = what;
  return terms;
}

HoldRequest asking(IfWaiting what) {
  HoldRequest call;
  call.terms = with(what);
  return call;
}

// "q", whose turn caller 1 has, and 2 waits for.
struct BusyLine : FifoFixture {
  explicit BusyLine(std::string path = ":memory:")
      : FifoFixture(std::move(path)) {
    named("q");
    holder = hold("q", 1).ticket;
    waiting = hold("q", 2).ticket;
  }
  void join(ConnectionId caller, const Uuid& ticket,
            std::optional<Duration> limit = {}) {
    auto over = engine->join("q", ticket, caller, limit, now);
    REQUIRE(over.ok());
    REQUIRE_FALSE(*over);
    settle();
  }
  // How the caller was told that its ticket has ended.
  std::string told(ConnectionId caller) {
    auto all = callers.told<TicketOver>(caller);
    if (all.empty()) return "";
    const std::optional<int>& status = all.back().status;
    return std::string(all.back().end) +
           (status ? " " + std::to_string(*status) : "");
  }
  Uuid holder;
  Uuid waiting;
};

TEST_CASE("One that skips is refused while another waits, and told which") {
  BusyLine f;
  CHECK(f.hold_refusal("q", 3, asking(IfWaiting::kSkip)) ==
        ErrorCode::kAlreadyWaiting);
  CHECK(f.engine->last_in_line("q") == f.waiting);
  CHECK(
      f.engine->ticket("q", {}, with(IfWaiting::kSkip), f.now).refusal().code ==
      ErrorCode::kAlreadyWaiting);
  CHECK(f.live() == 2);
}

TEST_CASE("One that skips or replaces waits if nobody does") {
  const IfWaiting what = GENERATE(IfWaiting::kSkip, IfWaiting::kReplace);
  BusyLine f;
  f.gone(2);
  HoldReply reply = f.hold("q", 3, asking(what));
  CHECK(reply.position == 1);
  f.gone(1);
  CHECK(f.callers.granted(3)->ticket == reply.ticket);
}

TEST_CASE("One that skips or replaces has a free turn at once") {
  const IfWaiting what = GENERATE(IfWaiting::kSkip, IfWaiting::kReplace);
  BusyLine f;
  f.gone(1);
  f.gone(2);
  CHECK(f.hold("q", 3, asking(what)).granted);
}

TEST_CASE("One that replaces ends the last wait, and stands at the end") {
  BusyLine f;
  Uuid last = f.ticket("q");
  HoldReply reply = f.hold("q", 4, asking(IfWaiting::kReplace));
  CHECK(f.ended(last) == TicketEnd::kReplaced);
  CHECK(reply.position == 2);
  CHECK(f.wait_refusal("q", last) == ErrorCode::kReplaced);
  CHECK(f.done_refusal("q", last) == ErrorCode::kExpired);
  Uuid next = f.ticket("q", {}, with(IfWaiting::kReplace));
  CHECK(f.callers.ended(4) == ErrorCode::kReplaced);
  CHECK(f.fifo_row("q").waiting() == 2);
  f.gone(1);
  CHECK(f.callers.granted(2));
  CHECK(f.state(next) == TicketState::kWaiting);
}

TEST_CASE("A hundred that replace have two turns, the last one the last") {
  BusyLine f;
  Uuid last = f.waiting;
  for (ConnectionId caller = 10; caller < 110; ++caller) {
    last = f.hold("q", caller, asking(IfWaiting::kReplace)).ticket;
  }
  CHECK(f.live() == 2);
  f.gone(1);
  CHECK(f.callers.granted(109)->ticket == last);
  f.gone(109);
  CHECK(f.live() == 0);
}

TEST_CASE("A repeated request does not replace its own ticket") {
  const IfWaiting what = GENERATE(IfWaiting::kSkip, IfWaiting::kReplace);
  BusyLine f;
  f.gone(2);
  HoldRequest call = asking(what);
  call.create = true;
  call.ticket = Uuid::random();
  f.hold("q", 3, call);
  CHECK(f.hold("q", 4, call).ticket == *call.ticket);
  CHECK(f.state(*call.ticket) == TicketState::kWaiting);
}

TEST_CASE("One whose caller has left unnoticed does not wait") {
  BusyLine f;
  f.callers.dead.insert(2);
  CHECK(f.hold("q", 3, asking(IfWaiting::kSkip)).position == 1);
  CHECK(f.ended(f.waiting) == TicketEnd::kCancelled);
}

TEST_CASE("One that joins is told how the turn has ended") {
  BusyLine f;
  f.join(7, f.waiting);
  CHECK(f.engine->parked() == 3);
  f.gone(1);
  CHECK(f.told(7) == "");
  REQUIRE(f.engine->finish(2, 3 << 8));
  f.settle();
  CHECK(f.told(7) == "done " + std::to_string(3 << 8));
  CHECK(f.engine->parked() == 0);
  auto over = f.engine->join("q", f.waiting, 8, {}, f.now);
  REQUIRE(over.ok());
  REQUIRE(*over);
  CHECK((*over)->end == "done");
  CHECK((*over)->status == 3 << 8);
}

TEST_CASE("One that joins is told of an end without a turn") {
  BusyLine f;
  f.join(7, f.waiting);
  REQUIRE(f.engine->cancel("q", f.waiting, f.now).ok());
  f.settle();
  CHECK(f.told(7) == "cancelled");
  f.join(8, f.holder);
  REQUIRE(f.engine->destroy("q").ok());
  f.settle();
  f.settle();
  CHECK(f.told(8) == "cancelled");
}

TEST_CASE("One that joins follows to the ticket that replaces its own") {
  BusyLine f;
  f.join(7, f.waiting);
  f.join(8, f.waiting, 5s);
  f.hold("q", 3, asking(IfWaiting::kReplace));
  CHECK(f.told(7) == "");
  f.advance(5s);
  CHECK(f.callers.ended(8) == ErrorCode::kStillWaiting);
  f.gone(1);
  f.engine->finish(3, 0);
  f.settle();
  CHECK(f.told(7) == "done 0");
}

TEST_CASE("One that joins stays with the old ticket if the new one is undone") {
  TempDir dir;
  BusyLine f(dir.path() + "/db");
  f.join(7, f.waiting);
  auto undone =
      f.engine->hold("q", asking(IfWaiting::kReplace), 3, f.now, f.wall);
  REQUIRE(undone.ok());
  f.abort();
  f.settle();
  CHECK(f.state(f.waiting) == TicketState::kWaiting);
  // Its caller was told that it was replaced, which was undone: it comes back.
  HoldRequest back;
  back.ticket = f.waiting;
  f.hold("q", 4, back);
  f.gone(1);
  f.engine->finish(4, 0);
  f.settle();
  CHECK(f.told(7) == "done 0");
}

TEST_CASE("One that joins keeps no turn, and has none") {
  BusyLine f;
  f.join(7, f.waiting);
  f.gone(2);
  CHECK(f.told(7) == "cancelled");
  Uuid left = f.ticket("q");
  f.join(8, left);
  f.gone(1);
  // Nobody waits for it: it is kept for as long as accept_timeout says.
  CHECK(f.state(left) == TicketState::kReady);
  CHECK_FALSE(f.callers.granted(8));
}

TEST_CASE("A join has its limit, and ends with its caller") {
  BusyLine f;
  f.join(7, f.waiting, 5s);
  f.join(8, f.waiting);
  f.gone(8);
  const Instant limit = f.now + 5s;
  // Each tick comes when the one before it said.
  for (int ticks = 0; ticks < 100 && f.now < limit; ++ticks) {
    const Instant next = *f.engine->next_deadline();
    REQUIRE(next <= limit);
    f.advance(std::max(next - f.now, Duration::zero()));
  }
  CHECK(f.callers.ended(7) == ErrorCode::kStillWaiting);
  CHECK(f.engine->parked() == 2);
  f.callers.dead.insert(9);
  CHECK(f.engine->join("q", f.waiting, 9, {}, f.now).refusal().code ==
        ErrorCode::kBadRequest);
}

TEST_CASE("One that joins is told that the daemon goes") {
  BusyLine f;
  f.join(7, f.waiting);
  f.engine->dismiss_callers({ErrorCode::kShuttingDown, "going"});
  CHECK(f.callers.ended(7) == ErrorCode::kShuttingDown);
}

}  // namespace
}  // namespace syncq::test
