// The process that has the turn is sent a signal.

#include <csignal>

#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

using Signals = std::vector<std::pair<pid_t, int>>;

HoldRequest of_process(FifoFixture& f, pid_t pid) {
  HoldRequest call;
  call.create = true;
  call.exec = true;
  call.owner = f.processes.start(pid);
  return call;
}

ErrorCode refusal(FifoFixture& f, const std::optional<Uuid>& ticket = {}) {
  auto killed = f.engine->kill("q", ticket, SIGTERM, f.now);
  REQUIRE_FALSE(killed.ok());
  return killed.refusal().code;
}

TEST_CASE("A signal goes to the process that has the turn") {
  FifoFixture f;
  Uuid holder = f.hold("q", 1, of_process(f, 100)).ticket;
  f.hold("q", 2, of_process(f, 200));
  auto killed = f.engine->kill("q", {}, SIGTERM, f.now);
  REQUIRE(killed.ok());
  CHECK(killed->uuid == holder);
  REQUIRE(f.engine->kill("q", holder, SIGKILL, f.now).ok());
  CHECK(f.processes.signals == Signals{{100, SIGTERM}, {100, SIGKILL}});
  CHECK(f.callers.told<Signalled>(1).empty());
  // It passes on when that has ended, no sooner.
  f.settle();
  CHECK(f.state(holder) == TicketState::kAccepted);
}

TEST_CASE("A caller whose process is not seen is told to send the signal") {
  FifoFixture f;
  f.hold("q", 1);
  f.hold("q", 2);
  REQUIRE(f.engine->kill("q", {}, SIGINT, f.now).ok());
  REQUIRE(f.callers.told<Signalled>(1).size() == 1);
  CHECK(f.callers.told<Signalled>(1).front().number == SIGINT);
  CHECK(f.callers.told<Signalled>(2).empty());
  CHECK(f.processes.signals.empty());
}

TEST_CASE("Of several turns the one to kill is named") {
  FifoFixture f;
  NewFifo two;
  two.slots = 2;
  f.named("q", two);
  f.hold("q", 1);
  Uuid second = f.hold("q", 2).ticket;
  Uuid waiting = f.hold("q", 3).ticket;
  CHECK(refusal(f) == ErrorCode::kConflict);
  CHECK(refusal(f, waiting) == ErrorCode::kConflict);
  CHECK(refusal(f, Uuid::random()) == ErrorCode::kNotFound);
  REQUIRE(f.engine->kill("q", second, SIGTERM, f.now).ok());
  CHECK(f.callers.told<Signalled>(1).empty());
  CHECK(f.callers.told<Signalled>(2).size() == 1);
}

TEST_CASE("What has no turn, or no process, is not killed") {
  FifoFixture f;
  CHECK(refusal(f) == ErrorCode::kNotFound);
  f.named("q");
  CHECK(refusal(f) == ErrorCode::kConflict);
  // A turn that was waited for has no process.
  Uuid waited = f.ticket("q");
  CHECK(refusal(f) == ErrorCode::kConflict);
  f.wait("q", waited, 1);
  CHECK(refusal(f) == ErrorCode::kConflict);
  f.done("q", waited);
  CHECK(refusal(f, waited) == ErrorCode::kDone);
  // One that has ended is not seen, nor is another with its number.
  f.hold("q", 2, of_process(f, 100));
  f.processes.running[100] = 2;
  CHECK(refusal(f) == ErrorCode::kConflict);
  CHECK(f.processes.signals.empty());
}

}  // namespace
}  // namespace syncq::test
