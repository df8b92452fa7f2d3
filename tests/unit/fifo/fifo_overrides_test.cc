#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

NewFifo open_fifo() {
  NewFifo wanted;
  wanted.allow_overrides = true;
  return wanted;
}

TEST_CASE("An override holds for its one ticket") {
  FifoFixture f;
  f.named("q", open_fifo());
  Uuid quick = f.ticket("q", {1s, 2s, 3s});
  Uuid plain = f.ticket("q");
  CHECK(f.row(quick).timeouts == Timeouts{1s, 2s, 3s});
  CHECK(f.row(plain).timeouts == Timeouts{});
  f.advance(2s - kNano);
  CHECK(f.state(quick) == TicketState::kReady);
  f.advance(kNano);
  CHECK(f.ended(quick) == TicketEnd::kExpired);
  CHECK(f.state(plain) == TicketState::kReady);
}

TEST_CASE("Each clock can be overridden on its own") {
  FifoFixture f;
  f.named("q", open_fifo());
  CHECK(f.row(f.ticket("q", {1s, {}, {}})).timeouts ==
        Timeouts{1s, 1min, 10min});
  CHECK(f.row(f.ticket("q", {{}, Duration(0), {}})).timeouts ==
        Timeouts{6h, 0s, 10min});
  CHECK(f.row(f.ticket("q", {{}, {}, 1h})).timeouts == Timeouts{6h, 1min, 1h});
}

TEST_CASE("Overrides that are not allowed are refused") {
  FifoFixture f;
  f.named("q");
  const Overrides overrides = GENERATE(
      Overrides{1s, {}, {}}, Overrides{{}, 1s, {}}, Overrides{{}, {}, 1s},
      Overrides{{}, {}, Duration(0)}, Overrides{6h, 1min, 10min + kNano},
      Overrides{6h, {}, {}}, Overrides{{}, {}, 10min});
  auto made = f.engine->ticket("q", overrides, {}, f.now);
  REQUIRE_FALSE(made.ok());
  CHECK(made.refusal().code == ErrorCode::kOverridesNotAllowed);
  CHECK_THAT(made.refusal().message, Catch::Matchers::Contains("10m"));
  CHECK(f.fifo_row("q").live == 0);

  HoldRequest call;
  call.fifo.timeouts = overrides;
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kOverridesNotAllowed);
}

// They say what the FIFO is to be, and it already is.
TEST_CASE("What a hold that creates says of the FIFO's own is no override") {
  FifoFixture f;
  HoldRequest call;
  call.create = true;
  call.fifo.timeouts = {1h, {}, 5min};
  f.hold("q", 1, call);
  f.hold("q", 2, call);
  CHECK(f.fifo_row("q").live == 2);
  call.fifo.timeouts.done = 6min;
  CHECK(f.hold_refusal("q", 3, call) == ErrorCode::kOverridesNotAllowed);
}

}  // namespace
}  // namespace syncq::test
