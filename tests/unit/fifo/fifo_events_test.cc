// What the log and the metrics are told of turns.

#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {
namespace {

template <typename Kind>
std::vector<Kind> of_kind(const FifoFixture& f) {
  std::vector<Kind> found;
  for (const Event& event : f.events) {
    if (const auto* each = std::get_if<Kind>(&event)) found.push_back(*each);
  }
  return found;
}

std::vector<std::string> actions(const FifoFixture& f) {
  std::vector<std::string> found;
  for (const FifoSteered& each : of_kind<FifoSteered>(f)) {
    found.emplace_back(each.action);
  }
  return found;
}

TEST_CASE("A turn that is given and ends is told with its names and times") {
  FifoFixture f;
  HoldRequest call;
  call.label = "make deploy";
  call.owner = f.processes.start(100);
  HoldReply first = f.hold("q", 1, call);
  HoldReply second = f.hold("q", 2);
  f.advance(3s);
  CHECK(f.engine->finish(1, 2 << 8));
  f.settle();
  f.advance(4s);
  f.gone(2);

  auto given = of_kind<TurnGiven>(f);
  REQUIRE(given.size() == 2);
  CHECK(given[0].fifo == "q");
  CHECK(given[0].ticket == first.ticket);
  CHECK(given[0].label == "make deploy");
  CHECK(given[0].pid == 100);
  CHECK(given[0].waited == 0s);
  CHECK(given[1].ticket == second.ticket);
  CHECK(given[1].pid == 0);
  CHECK(given[1].waited == 3s);
  auto ended = of_kind<TurnEnded>(f);
  REQUIRE(ended.size() == 2);
  CHECK(ended[0].label == "make deploy");
  CHECK(ended[0].status == 2 << 8);
  CHECK(ended[0].ran == 3s);
  CHECK_FALSE(ended[1].status);
  CHECK(ended[1].fifo == "q");
  CHECK(ended[1].waited == 3s);
  CHECK(ended[1].ran == 4s);
}

TEST_CASE("A turn that expires, and a wait that is given up, end no turn") {
  FifoFixture f;
  f.named("q");
  Uuid held = f.ticket("q");
  Uuid waiting = f.ticket("q");
  f.wait("q", held, 1);
  f.done("q", waiting);
  f.advance(10min);
  REQUIRE(of_kind<TicketExpired>(f).size() == 1);
  CHECK(of_kind<TicketExpired>(f)[0].ticket == held);
  CHECK(of_kind<TurnGiven>(f).size() == 1);
  CHECK(of_kind<TurnEnded>(f).empty());
}

TEST_CASE("Steering is told once it changes something") {
  FifoFixture f;
  f.named("q");
  Uuid held = f.ticket("q");
  f.wait("q", held, 1);
  f.ticket("q");
  Uuid last = f.ticket("q");
  auto steer = [&](const Result<>& done) { REQUIRE(done.ok()); };
  for (int i = 0; i < 2; ++i) steer(f.engine->pause("q", true, f.now));
  for (int i = 0; i < 2; ++i) steer(f.engine->pause("q", false, f.now));
  for (int i = 0; i < 2; ++i) steer(f.engine->front("q", last, f.now));
  for (int i = 0; i < 2; ++i) steer(f.engine->cancel("q", last, f.now));
  steer(f.engine->set("q", {}, f.now));
  CHECK_FALSE(f.engine->cancel("q", held, f.now).ok());
  HoldRequest call;
  call.owner = f.processes.start(100);
  f.hold("other", 2, call);
  REQUIRE(f.engine->kill("other", {}, 15, f.now).ok());
  CHECK(actions(f) == std::vector<std::string>{"pause", "resume", "front",
                                               "cancel", "set", "kill"});
  for (const std::string& each : actions(f)) {
    CHECK(std::find(kFifoActions.begin(), kFifoActions.end(), each) !=
          kFifoActions.end());
  }
}

}  // namespace
}  // namespace syncq::test
