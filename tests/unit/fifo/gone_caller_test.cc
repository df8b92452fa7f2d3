// A caller that was gone before its request was read: it is given nothing, even
// by calls that answer at once.

#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE("A caller that is gone already does not take a turn that is ready") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  f.callers.dead.insert(1);
  auto answer = f.engine->wait("q", ticket, 1, {}, f.now);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.refusal().code == ErrorCode::kBadRequest);
  f.settle();
  CHECK(f.state(ticket) == TicketState::kReady);
  CHECK(f.wait("q", ticket, 2)->fence == 1);
}

TEST_CASE("A caller that is gone already is not parked in wait") {
  FifoFixture f;
  f.named("q");
  f.ticket("q");
  Uuid second = f.ticket("q");
  f.callers.dead.insert(1);
  CHECK_FALSE(f.engine->wait("q", second, 1, {}, f.now).ok());
  CHECK(f.engine->parked() == 0);
}

TEST_CASE("A caller that is gone already holds nothing and makes no ticket") {
  FifoFixture f;
  f.callers.dead.insert(1);
  HoldRequest call;
  call.create = true;
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kBadRequest);
  CHECK(f.fifos() == 0);
  f.named("q");
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kBadRequest);
  CHECK(f.fifo_row("q").live == 0);
  CHECK(f.engine->parked() == 0);
}

TEST_CASE("A caller that is gone already does not come back to its turn") {
  FifoFixture f;
  HoldReply first = f.hold("q", 1);
  HoldReply second = f.hold("q", 2);
  f.restart();
  f.done("q", first.ticket);
  REQUIRE(f.state(second.ticket) == TicketState::kReady);
  f.callers.dead.insert(3);
  HoldRequest back;
  back.ticket = second.ticket;
  CHECK(f.hold_refusal("q", 3, back) == ErrorCode::kBadRequest);
  CHECK(f.state(second.ticket) == TicketState::kReady);
}

}  // namespace
}  // namespace syncq::test
