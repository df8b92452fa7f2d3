#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/queue/counting_store.h"

namespace syncq::test {
namespace {

TEST_CASE("done passes the turn on, once") {
  FifoFixture f;
  f.named("q");
  std::vector<Uuid> tickets;
  for (ConnectionId i = 0; i < 4; ++i) {
    tickets.push_back(f.ticket("q"));
    f.wait("q", tickets.back(), i);
  }
  f.done("q", tickets[0]);
  CHECK(f.callers.granted(1));
  f.done("q", tickets[0]);
  f.done("q", tickets[0]);
  CHECK_FALSE(f.callers.granted(2));
  CHECK(f.ended(tickets[0]) == TicketEnd::kDone);
  CHECK(f.wait_refusal("q", tickets[0]) == ErrorCode::kDone);
}

TEST_CASE("done on a waiting ticket cancels it") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  Uuid third = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));
  CHECK_FALSE(f.wait("q", second, 3));
  CHECK_FALSE(f.wait("q", third, 4));
  f.done("q", second);
  CHECK(f.callers.ended(2) == ErrorCode::kCancelled);
  CHECK(f.callers.ended(3) == ErrorCode::kCancelled);
  CHECK_FALSE(f.callers.granted(4));
  f.done("q", second);
  CHECK(f.wait_refusal("q", second) == ErrorCode::kCancelled);
  f.done("q", first);
  CHECK(f.callers.granted(4));
  CHECK_FALSE(f.callers.granted(2));
}

TEST_CASE("done on a ready ticket cancels it and passes the turn on") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  Uuid second = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));
  f.done("q", first);
  CHECK(f.ended(first) == TicketEnd::kCancelled);
  // The first turn never was one: no fence was spent on it.
  CHECK(f.callers.granted(2)->fence == 1);
}

TEST_CASE("done after expiry is refused and never releases a successor") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  CHECK(f.wait("q", first, 1));
  Uuid second = f.ticket("q");
  CHECK_FALSE(f.wait("q", second, 2));
  Uuid third = f.ticket("q");
  CHECK_FALSE(f.wait("q", third, 3));
  f.advance(10min);
  REQUIRE(f.callers.granted(2));
  for (int i = 0; i < 3; ++i) {
    CHECK(f.done_refusal("q", first) == ErrorCode::kExpired);
    f.settle();
  }
  CHECK(f.state(second) == TicketState::kAccepted);
  CHECK_FALSE(f.callers.granted(3));
}

TEST_CASE("Ended tickets are remembered for an hour") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  f.done("q", ticket);
  f.advance(1h - kNano);
  CHECK(f.engine->done("q", ticket, {}, f.now, f.wall).ok());
  CHECK(f.wait_refusal("q", ticket) == ErrorCode::kCancelled);
  f.advance(kNano);
  CHECK(f.done_refusal("q", ticket) == ErrorCode::kNotFound);
  CHECK(f.wait_refusal("q", ticket) == ErrorCode::kNotFound);
  CHECK(f.store->count_ended() == 0);
}

TEST_CASE("Ended tickets are forgotten whether or not anybody asks") {
  FifoFixture f;
  f.named("q");
  for (int i = 0; i < 1000; ++i) {
    Uuid ticket = *f.engine->ticket("q", {}, {}, f.now);
    REQUIRE(f.engine->done("q", ticket, {}, f.now, f.wall).ok());
  }
  f.settle();
  CHECK(f.store->count_ended() == 1000);
  f.now += 1h;
  // Each tick does a bounded piece and is due again at once.
  int ticks = 0;
  while (f.engine->next_deadline() <= f.now && ticks < 100) {
    f.settle();
    ++ticks;
  }
  CHECK(f.store->count_ended() == 0);
  CHECK(ticks > 1);
}

TEST_CASE("Past a million ended tickets the oldest are forgotten first") {
  FifoFixture f;
  f.named("q");
  Uuid oldest = f.ticket("q");
  f.done("q", oldest);
  f.advance(1s);
  for (int i = 0; i < 400; ++i) f.done("q", f.ticket("q"));
  Uuid newest = f.ticket("q");
  f.done("q", newest);

  CountingStore store(*f.store);
  store.more_ended = kMaxRemembered - 402;
  f.engine =
      std::make_unique<FifoEngine>(store, f.callers, f.processes, f.events);
  f.settle();
  CHECK(f.store->count_ended() == 402);
  Uuid one_more = f.ticket("q");
  f.done("q", one_more);
  CHECK(f.done_refusal("q", oldest) == ErrorCode::kNotFound);
  CHECK(f.engine->done("q", newest, {}, f.now, f.wall).ok());
  CHECK(f.engine->done("q", one_more, {}, f.now, f.wall).ok());
  // A bounded piece at a time, and no more than has to be.
  std::int64_t left = f.store->count_ended();
  CHECK(left < 403);
  CHECK(left >= 403 - 256);
  f.settle();
  CHECK(f.store->count_ended() == left);
}

TEST_CASE("Callers and tickets of a destroyed FIFO are told so") {
  FifoFixture f;
  f.named("q");
  Uuid held = f.ticket("q");
  CHECK(f.wait("q", held, 1));
  Uuid waiting = f.ticket("q");
  CHECK_FALSE(f.wait("q", waiting, 2));
  CHECK_FALSE(f.wait("q", waiting, 3, 1h));
  f.hold("q", 4);
  REQUIRE(f.engine->destroy("q").ok());
  f.settle();
  for (ConnectionId caller : {2u, 3u, 4u}) {
    CHECK(f.callers.ended(caller) == ErrorCode::kDestroyed);
  }
  CHECK(f.engine->parked() == 0);
  CHECK(f.done_refusal("q", held) == ErrorCode::kNotFound);
  CHECK(f.engine->destroy("q").ok());
  f.callers.notices.clear();
  f.advance(24h);
  CHECK(f.callers.notices.empty());
  CHECK(f.live() == 0);
  CHECK(f.store->count_ended() == 0);
}

TEST_CASE("done does not free a turn whose process still runs") {
  FifoFixture f;
  HoldRequest call;
  call.owner = f.processes.start(100);
  call.exec = true;
  HoldReply held = f.hold("q", 1, call);
  f.hold("q", 2);
  CHECK(f.done_refusal("q", held.ticket) == ErrorCode::kHeldByProcess);
  // exec closes the connection, and the command runs on.
  f.gone(1);
  CHECK(f.done_refusal("q", held.ticket) == ErrorCode::kHeldByProcess);
  CHECK_FALSE(f.callers.granted(2));

  SECTION("unless it is forced to") { f.done("q", held.ticket, true); }
  SECTION("but if that has ended") {
    f.processes.running.erase(100);
    f.done("q", held.ticket);
  }
  CHECK(f.callers.granted(2));
  f.done("q", held.ticket);
}

TEST_CASE("done frees a turn that only a connection keeps") {
  FifoFixture f;
  HoldRequest call;
  call.owner = f.processes.start(100);
  HoldReply held = f.hold("q", 1, call);
  f.done("q", held.ticket);
  CHECK(f.callers.ended(1) == ErrorCode::kDone);

  held = f.hold("q", 2);
  f.engine->announce(2, f.processes.start(101));
  CHECK(f.done_refusal("q", held.ticket) == ErrorCode::kHeldByProcess);
}

TEST_CASE("done cancels a waiting ticket of a process") {
  FifoFixture f;
  f.hold("q", 1);
  HoldRequest call;
  call.owner = f.processes.start(100);
  call.exec = true;
  HoldReply waiting = f.hold("q", 2, call);
  f.done("q", waiting.ticket);
  CHECK(f.callers.ended(2) == ErrorCode::kCancelled);
}

}  // namespace
}  // namespace syncq::test
