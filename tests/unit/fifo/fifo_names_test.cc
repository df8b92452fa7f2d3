#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

NewFifo called(const std::string& name) {
  NewFifo wanted;
  wanted.name = name;
  return wanted;
}

TEST_CASE("A FIFO is found by its name and by its UUID") {
  FifoFixture f;
  Uuid uuid = f.fifo(called("deploy"));
  Uuid ticket = f.ticket("deploy");
  CHECK(f.wait(uuid.text(), ticket, 1));
  f.done("deploy", ticket);
  CHECK(f.fifo_row(uuid.text()).name == "deploy");
  // Names are case-sensitive; UUIDs are not.
  CHECK_FALSE(f.engine->show("Deploy", f.now).ok());
  std::string upper = uuid.text();
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  CHECK(f.engine->show(upper, f.now).ok());
}

TEST_CASE("A name is there once") {
  FifoFixture f;
  f.named("deploy");
  auto again = f.engine->create(called("deploy"), f.now, f.wall);
  REQUIRE_FALSE(again.ok());
  CHECK(again.refusal().code == ErrorCode::kConflict);
  REQUIRE(f.engine->destroy("deploy").ok());
  CHECK(f.engine->create(called("deploy"), f.now, f.wall).ok());
}

TEST_CASE("FIFOs without a name are many") {
  FifoFixture f;
  Uuid first = f.fifo();
  Uuid second = f.fifo();
  CHECK(first != second);
  CHECK(f.fifo_row(first.text()).name == "");
  CHECK(f.engine->list(0, 10, f.now).size() == 2);
}

TEST_CASE("A bad name is refused wherever it stands") {
  FifoFixture f;
  const std::string bad =
      GENERATE("a b", "", "0123abcd/", "0123abcd-4567-89ef-fedc-ba987654321\n");
  auto code = [](const auto& result) { return result.refusal().code; };
  CHECK(code(f.engine->ticket(bad, {}, {}, f.now)) == ErrorCode::kInvalidName);
  CHECK(code(f.engine->destroy(bad)) == ErrorCode::kInvalidName);
  HoldRequest call;
  call.create = true;
  CHECK(f.hold_refusal(bad, 1, call) == ErrorCode::kInvalidName);
  if (!bad.empty()) {
    CHECK(code(f.engine->create(called(bad), f.now, f.wall)) ==
          ErrorCode::kInvalidName);
  }
}

TEST_CASE("No FIFO can be named new, which makes them") {
  FifoFixture f;
  CHECK(f.engine->create(called("new"), f.now, f.wall).refusal().code ==
        ErrorCode::kInvalidName);
  HoldRequest call;
  call.create = true;
  CHECK(f.hold_refusal("new", 1, call) == ErrorCode::kInvalidName);
  CHECK_FALSE(f.database->dirty());
}

TEST_CASE("What is not there is 404 for all, but destroyed already") {
  FifoFixture f;
  const std::string none =
      GENERATE("none", "01234567-89ab-4def-8123-456789abcdef");
  Uuid ticket = Uuid::random();
  auto code = [](const auto& result) { return result.refusal().code; };
  CHECK(code(f.engine->ticket(none, {}, {}, f.now)) == ErrorCode::kNotFound);
  CHECK(code(f.engine->wait(none, ticket, 1, {}, f.now)) ==
        ErrorCode::kNotFound);
  CHECK(code(f.engine->done(none, ticket, {}, f.now, f.wall)) ==
        ErrorCode::kNotFound);
  CHECK(code(f.engine->touch(none, ticket, f.now)) == ErrorCode::kNotFound);
  CHECK(code(f.engine->show(none, f.now)) == ErrorCode::kNotFound);
  CHECK(f.hold_refusal(none, 1, {}) == ErrorCode::kNotFound);
  CHECK(f.engine->destroy(none).ok());
  CHECK_FALSE(f.database->dirty());
}

TEST_CASE("A ticket of another FIFO is not taken for this one's") {
  FifoFixture f;
  f.named("a");
  f.named("b");
  Uuid ticket = f.ticket("a");
  CHECK(f.wait_refusal("b", ticket) == ErrorCode::kWrongFifo);
  CHECK(f.done_refusal("b", ticket) == ErrorCode::kWrongFifo);
  CHECK(f.engine->touch("b", ticket, f.now).refusal().code ==
        ErrorCode::kWrongFifo);
  HoldRequest call;
  call.ticket = ticket;
  CHECK(f.hold_refusal("b", 1, call) == ErrorCode::kWrongFifo);
  CHECK(f.state(ticket) == TicketState::kReady);
}

}  // namespace
}  // namespace syncq::test
