// GET /events: when a listener is told what.

#include "daemon/overview/event_feed.h"

#include "tests/unit/overview/overview_fixture.h"

namespace syncq::test {
namespace {

using nlohmann::json;

struct FeedFixture : OverviewFixture {
  // The end of an iteration, and those that follow it at once.
  void tick() {
    for (int i = 0; i < 100; ++i) {
      feed.tick(now);
      if (!feed.next_due() || *feed.next_due() > now) return;
    }
    FAIL("it goes on for ever");
  }
  void wait(Duration step) {
    advance(step);
    tick();
  }
  void listen(ConnectionId caller, const OverviewWanted& wanted = {},
              std::optional<Instant> until = {}) {
    REQUIRE(feed.add(caller, wanted, until).ok());
    tick();
  }
  // Somebody pushes a message.
  void change() {
    queues.push("jobs", "m");
    feed.changed();
    tick();
  }
  std::size_t told(ConnectionId caller) {
    return callers.told<News>(caller).size();
  }
  json last(ConnectionId caller) {
    return json::parse(callers.told<News>(caller).back().line);
  }
  // From now on.
  std::optional<Duration> next() {
    auto due = feed.next_due();
    return due ? std::optional(*due - now) : std::nullopt;
  }

  FakeCallers callers;
  EventFeed feed{*fifos.engine, *queues.engine, rates, callers};
};

TEST_CASE("Who listens is told all at once, then what has changed") {
  FeedFixture f;
  f.queues.push("jobs", "first");
  f.listen(1);
  REQUIRE(f.told(1) == 1);
  CHECK(f.last(1)["event"] == "overview");
  CHECK(f.last(1)["queues"][0]["size"] == 1);
  f.wait(250ms);
  CHECK(f.told(1) == 1);
  f.change();
  REQUIRE(f.told(1) == 2);
  CHECK(f.last(1)["queues"][0]["size"] == 2);
}

TEST_CASE("While nobody listens nothing is done") {
  FeedFixture f;
  f.change();
  CHECK_FALSE(f.feed.next_due());
  f.listen(1);
  f.feed.caller_gone(1);
  CHECK_FALSE(f.feed.next_due());
  f.change();
  CHECK(f.told(1) == 1);
  CHECK(f.feed.listeners() == 0);
}

TEST_CASE("Changes are told four times a second at most, the last one too") {
  FeedFixture f;
  f.listen(1);
  for (int i = 0; i < 100; ++i) {
    f.advance(10ms);
    f.change();
  }
  CHECK(f.told(1) == 5);
  f.change();
  CHECK(f.next() <= 250ms);
  f.wait(250ms);
  CHECK(f.last(1)["queues"][0]["size"] == 101);
}

TEST_CASE("A change that an overview does not show is not told") {
  FeedFixture f;
  f.fifos.named("deploy");
  f.listen(1, {.only = "deploy"});
  f.advance(1s);
  f.change();
  CHECK(f.told(1) == 1);
  f.hold("deploy", 7);
  f.feed.changed();
  f.wait(250ms);
  CHECK(f.told(1) == 2);
}

TEST_CASE("A listener hears something every ten seconds") {
  FeedFixture f;
  f.fifos.named("deploy");
  f.listen(1);
  CHECK(f.next() == 10s);
  f.wait(9999ms);
  CHECK(f.told(1) == 1);
  f.wait(1ms);
  CHECK(f.told(1) == 2);
}

TEST_CASE("Rates that go down are told each second until they are zero") {
  FeedFixture f;
  f.listen(1);
  f.change();
  for (int i = 0; i < 4; ++i) f.wait(500ms);
  CHECK(f.last(1)["queues"][0]["in_per_s"] == 0.0);
  f.change();
  f.wait(1s);
  CHECK(f.last(1)["queues"][0]["in_per_s"] > 0.0);
  CHECK(f.next() <= 1s);
  for (int i = 0; i < 12; ++i) f.wait(1s);
  CHECK(f.last(1)["queues"][0]["in_per_s"] == 0.0);
  CHECK(f.next() > 1s);
}

TEST_CASE("A listener that does not read gets a fresh overview when it does") {
  FeedFixture f;
  f.listen(1);
  f.callers.slow.insert(1);
  for (int i = 0; i < 20; ++i) {
    f.advance(1s);
    f.change();
  }
  CHECK(f.told(1) == 1);
  // It is looked at again, without an overview made for it.
  CHECK(f.next() == 250ms);
  f.callers.slow.clear();
  f.wait(250ms);
  REQUIRE(f.told(1) == 2);
  CHECK(f.last(1)["queues"][0]["size"] == 20);
}

TEST_CASE("Listeners wait while too much is on its way") {
  FeedFixture f;
  f.callers.room = false;
  f.listen(1);
  CHECK(f.told(1) == 0);
  f.callers.room = true;
  f.wait(250ms);
  CHECK(f.told(1) == 1);
}

TEST_CASE("What was told in an aborted transaction is told again") {
  FeedFixture f;
  f.listen(1);
  f.advance(1s);
  Push push;
  push.body = "m";
  REQUIRE(f.queues.engine->push("jobs", push, f.now, f.queues.wall).ok());
  f.feed.changed();
  f.tick();
  REQUIRE(f.told(1) == 2);
  CHECK(f.last(1)["queues"].size() == 1);
  f.queues.abort();
  f.feed.rolled_back();
  f.wait(250ms);
  REQUIRE(f.told(1) == 3);
  CHECK(f.last(1)["queues"].empty());
}

TEST_CASE("An overview whose transactions fail is made less and less often") {
  FeedFixture f;
  for (int i = 0; i < 500; ++i) f.fifos.named("f" + std::to_string(i));
  REQUIRE(f.feed.add(1, {.limit = 1000}, {}).ok());
  for (Duration pause : {1s, 2s, 4s}) {
    const Instant begun = f.now;
    f.feed.tick(f.now);  // a slice of it
    f.feed.rolled_back();
    REQUIRE(f.feed.next_due());
    CHECK(*f.feed.next_due() == begun + pause);
    f.now += pause;
  }
  // It is told once it succeeds.
  f.tick();
  CHECK(f.told(1) == 1);
}

TEST_CASE("Each listener has what it asked for") {
  FeedFixture f;
  f.fifos.named("a");
  f.fifos.named("b");
  f.listen(1, {.limit = 1});
  f.listen(2, {.only = "b"});
  CHECK(f.last(1)["fifos"][0]["name"] == "a");
  CHECK(f.last(1)["more"]["fifos"] == true);
  CHECK(f.last(2)["fifos"][0]["name"] == "b");
}

TEST_CASE("A long overview is made in slices, and less often") {
  FeedFixture f;
  for (int i = 0; i < 500; ++i) f.fifos.named("f" + std::to_string(i));
  REQUIRE(f.feed.add(1, {.limit = 1000}, {}).ok());
  int slices = 0;
  while (f.told(1) == 0) {
    f.feed.tick(f.now);
    // Until it is told, the next slice is due at once.
    CHECK((f.told(1) == 1 || f.next() <= 0ms));
    f.now += 10ms;
    ++slices;
  }
  CHECK(slices >= 4);
  f.change();
  CHECK(f.next() > 500ms);
}

TEST_CASE("A listener whose connection closes leaves its overview unmade") {
  FeedFixture f;
  for (int i = 0; i < 500; ++i) f.fifos.named("f" + std::to_string(i));
  REQUIRE(f.feed.add(1, {.limit = 1000}, {}).ok());
  f.feed.tick(f.now);
  f.feed.caller_gone(1);
  CHECK_FALSE(f.feed.next_due());
  f.tick();
  CHECK(f.told(1) == 0);
}

TEST_CASE("A stream of events ends when its time is over") {
  FeedFixture f;
  f.listen(1, {}, f.now + 3s);
  CHECK(f.next() == 3s);
  f.wait(3s);
  REQUIRE(f.told(1) == 2);
  CHECK(f.callers.told<News>(1).back().is_last);
  CHECK(f.feed.listeners() == 0);
}

TEST_CASE("No more than so many listen at once") {
  FeedFixture f;
  for (ConnectionId caller = 0; caller < kMostListeners; ++caller) {
    f.listen(caller);
  }
  Result<> refused = f.feed.add(kMostListeners, {}, {});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.refusal().code == ErrorCode::kTooManyCallers);
}

TEST_CASE("A daemon that ends tells who listens") {
  FeedFixture f;
  f.listen(1);
  f.feed.dismiss_callers({ErrorCode::kShuttingDown, "going down"});
  CHECK(f.callers.ended(1) == ErrorCode::kShuttingDown);
  CHECK_FALSE(f.feed.next_due());
}

}  // namespace
}  // namespace syncq::test
