// What the log and the metrics are told of queues.

#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE("A message that is given up is told with where it is now") {
  QueueFixture f;
  QueueConfig config;
  config.name = "q";
  config.max_attempts = 2;
  config.dead_letter = "d";
  REQUIRE(f.engine->create(config, f.wall).ok());
  f.push("q", "a");
  for (int i = 0; i < 2; ++i) {
    Take how;
    how.lease = 1min;
    Delivered message = f.take("q", how);
    CHECK(f.events.empty());
    Nack nack;
    nack.reason = "exit 1";
    REQUIRE(f.engine->nack("q", *message.lease, nack, f.now, f.wall).ok());
    f.settle();
  }
  REQUIRE(f.events.size() == 1);
  const auto& given_up = std::get<MessageGivenUp>(f.events[0]);
  CHECK(given_up.queue == "q");
  CHECK(given_up.id.text().ends_with("-0"));
  CHECK(given_up.attempts == 2);
  CHECK(given_up.reason == "exit 1");
  CHECK(given_up.dead_letters == "d");

  f.events.clear();
  MessageWalk walk = *f.engine->begin_walk("d", MessageState::kDead, 0, 100);
  std::int64_t moved = 0;
  REQUIRE(f.engine->redrive(walk, "", 100, moved).ok());
  REQUIRE(f.events.size() == 1);
  const auto& redriven = std::get<QueueSteered>(f.events[0]);
  CHECK(redriven.queue == "d");
  CHECK(redriven.action == "redrive");
  CHECK(redriven.what == "had 1 dead letters put back");
}

TEST_CASE("Steering a queue is told once it changes something") {
  QueueFixture f;
  f.push("q", "a");
  for (int i = 0; i < 2; ++i) REQUIRE(f.engine->set_paused("q", true).ok());
  for (int i = 0; i < 2; ++i) REQUIRE(f.engine->set_paused("q", false).ok());
  REQUIRE(f.engine->configure("q", f.engine->show("q")->config).ok());
  MessageWalk walk = *f.engine->begin_walk("q", MessageState::kReady, 0, 1);
  const Glimpse first = f.engine->walk(walk, 1, f.now).front();
  const MessageId id{first.generation, first.message.offset};
  REQUIRE(f.engine->remove("q", id).ok());
  CHECK_FALSE(f.engine->remove("q", id).ok());
  std::vector<std::string> actions;
  for (const QueueEvent& each : f.events) {
    actions.emplace_back(std::get<QueueSteered>(each).action);
  }
  CHECK(actions ==
        std::vector<std::string>{"pause", "resume", "set", "delete"});
}

}  // namespace
}  // namespace syncq::test
