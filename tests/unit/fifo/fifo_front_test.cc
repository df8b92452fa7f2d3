// A ticket that waits is moved to the front, or cancelled.

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

void front(FifoFixture& f, const Uuid& ticket) {
  REQUIRE(f.engine->front("q", ticket, f.now).ok());
  f.settle();
}

std::vector<Uuid> line_of(FifoFixture& f) {
  std::vector<Uuid> line;
  for (const auto& view : f.engine->live_tickets(f.fifo_row("q"), 100, f.now)) {
    if (view.position > 0) line.push_back(view.ticket.uuid);
  }
  return line;
}

struct FrontLine : FifoFixture {
  explicit FrontLine(std::string path = ":memory:")
      : FifoFixture(std::move(path)) {
    named("q");
    holder = ticket("q");
    for (int i = 0; i < 4; ++i) waiting.push_back(ticket("q"));
  }

  Uuid holder;
  std::vector<Uuid> waiting;
};

TEST_CASE("Of two that are moved to the front the later one stands first") {
  FrontLine f;
  const std::vector<Uuid> w = f.waiting;
  front(f, w[2]);
  CHECK(line_of(f) == std::vector{w[2], w[0], w[1], w[3]});
  front(f, w[3]);
  CHECK(line_of(f) == std::vector{w[3], w[2], w[0], w[1]});
  front(f, w[2]);
  CHECK(line_of(f) == std::vector{w[2], w[3], w[0], w[1]});
  Uuid last = f.ticket("q");
  CHECK(line_of(f).back() == last);
  f.done("q", f.holder);
  CHECK(f.state(w[2]) == TicketState::kReady);
  f.done("q", w[2]);
  CHECK(f.state(w[3]) == TicketState::kReady);
}

TEST_CASE("Who was moved to the front is there already") {
  FrontLine f;
  front(f, f.waiting[0]);
  REQUIRE(f.engine->front("q", f.waiting[0], f.now).ok());
  CHECK_FALSE(f.database->dirty());
}

TEST_CASE("Only a ticket that waits can be moved") {
  FrontLine f;
  auto code = [&](const Uuid& ticket) {
    return f.engine->front("q", ticket, f.now).refusal().code;
  };
  CHECK(code(f.holder) == ErrorCode::kConflict);
  f.done("q", f.waiting[1]);
  CHECK(code(f.waiting[1]) == ErrorCode::kCancelled);
  CHECK(code(Uuid::random()) == ErrorCode::kNotFound);
  f.named("other");
  CHECK(code(f.ticket("other")) == ErrorCode::kWrongFifo);
}

TEST_CASE("A ticket stays in front through a restart, and not if aborted") {
  TempDir dir;
  FrontLine f(dir / "syncq.db");
  const std::vector<Uuid> w = f.waiting;
  front(f, w[3]);
  f.restart();
  CHECK(line_of(f).front() == w[3]);
  REQUIRE(f.engine->front("q", w[2], f.now).ok());
  f.abort();
  f.settle();
  CHECK(line_of(f).front() == w[3]);
}

TEST_CASE("One that is moved before a line that is stopped has its turn") {
  FifoFixture f;
  f.hold("q", 1);
  f.callers.stopped_ones = {2, 3};
  f.hold("q", 2);
  HoldReply third = f.hold("q", 3);
  f.gone(1);
  f.callers.stopped_ones = {2};
  front(f, third.ticket);
  CHECK(f.callers.granted(3));
}

TEST_CASE("Those who wait are told that another was moved before them") {
  FifoFixture f;
  f.hold("q", 1);
  f.hold("q", 2);
  HoldReply third = f.hold("q", 3);
  f.advance(1s);
  f.callers.notices.clear();
  front(f, third.ticket);
  f.advance(1s);
  CHECK(f.callers.told<PositionInLine>(2).back().position == 2);
  CHECK(f.callers.told<PositionInLine>(3).back().position == 1);
}

TEST_CASE("A ticket is cancelled until it is accepted") {
  FrontLine f;
  const std::vector<Uuid> w = f.waiting;
  CHECK_FALSE(f.wait("q", w[0], 1));
  REQUIRE(f.engine->cancel("q", w[0], f.now).ok());
  f.settle();
  CHECK(f.callers.ended(1) == ErrorCode::kCancelled);
  CHECK(f.ended(w[0]) == TicketEnd::kCancelled);
  CHECK(f.engine->cancel("q", w[0], f.now).ok());
  // Ready: nobody has taken its turn yet.
  REQUIRE(f.engine->cancel("q", f.holder, f.now).ok());
  f.settle();
  CHECK(f.state(w[1]) == TicketState::kReady);
  CHECK(f.wait("q", w[1], 2));
  CHECK(f.engine->cancel("q", w[1], f.now).refusal().code ==
        ErrorCode::kConflict);
  CHECK(f.state(w[1]) == TicketState::kAccepted);
}

}  // namespace
}  // namespace syncq::test
