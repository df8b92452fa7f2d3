// What is kept of turns that have ended.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/queue/counting_store.h"

using namespace syncq;
using namespace syncq::test;

namespace {

// The turns of "q" that have ended, the last one first.
std::vector<Ticket> history(FifoFixture& f, std::int64_t before = 1'000'000) {
  return f.engine->history(f.fifo_row("q").id, before, 5000);
}

void take_turn(FifoFixture& f, const Done& how = {}) {
  Uuid ticket = *f.engine->ticket("q", {}, {}, f.now);
  REQUIRE(f.engine->wait("q", ticket, 1, {}, f.now).ok());
  REQUIRE(f.engine->done("q", ticket, how, f.now, f.wall).ok());
}

}  // namespace

TEST_CASE("A turn's history tells when it waited, ran and ended, and how") {
  FifoFixture f;
  f.named("q");
  Uuid first = f.ticket("q");
  CHECK(f.wait("q", first, 1));
  Uuid second = f.ticket("q");
  f.wait("q", second, 2);
  f.advance(3s);
  f.wall += 3000;
  REQUIRE(
      f.engine
          ->done("q", first, {.force = false, .status = 2 << 8}, f.now, f.wall)
          .ok());
  f.settle();
  f.advance(5s);
  f.done("q", second);
  auto turns = history(f);
  REQUIRE(turns.size() == 2);
  CHECK(turns[0].uuid == second);
  CHECK_FALSE(turns[0].status);
  CHECK(*turns[0].granted - turns[0].created == 3s);
  CHECK(turns[0].since - *turns[0].granted == 5s);
  CHECK(turns[1].status == 2 << 8);
  CHECK(turns[1].ended_at == f.wall);
  CHECK(history(f, turns[0].seq).size() == 1);
}

TEST_CASE("A ticket that never had its turn is no history") {
  FifoFixture f;
  f.named("q");
  Uuid held = f.ticket("q");
  Uuid waiting = f.ticket("q");
  f.done("q", waiting);
  f.done("q", held);
  CHECK(history(f).empty());
}

TEST_CASE("How the process of a turn ended is history") {
  FifoFixture f;
  HoldRequest call;
  call.owner = f.processes.start(100);
  call.exec = true;
  f.hold("q", 1, call);
  SECTION("seen to end") {
    f.gone(1);
    f.processes.statuses[100] = SIGKILL;
    f.end_process(100);
  }
  SECTION("gone before it is looked at") {
    f.processes.statuses[100] = SIGKILL;
    f.end_process(100);
    f.gone(1);
  }
  REQUIRE(history(f).size() == 1);
  CHECK(history(f)[0].status == SIGKILL);
}

TEST_CASE("What a caller of hold says of its command is history") {
  FifoFixture f;
  f.hold("q", 1);
  CHECK(f.engine->finish(1, 3 << 8));
  f.settle();
  REQUIRE(history(f).size() == 1);
  CHECK(history(f)[0].status == 3 << 8);
}

TEST_CASE("A turn that expired is history") {
  FifoFixture f;
  f.named("q");
  CHECK(f.wait("q", f.ticket("q"), 1));
  f.advance(10min);
  REQUIRE(history(f).size() == 1);
  CHECK(history(f)[0].end == TicketEnd::kExpired);
}

TEST_CASE("An aborted end of a turn is told with its status the next time") {
  FifoFixture f;
  HoldRequest call;
  call.owner = f.processes.start(100);
  call.exec = true;
  f.hold("q", 1, call);
  f.gone(1);
  for (auto key : f.processes.end(100)) f.engine->process_ended(key, SIGKILL);
  f.abort();
  CHECK(history(f).empty());
  f.settle();
  REQUIRE(history(f).size() == 1);
  CHECK(history(f)[0].status == SIGKILL);
}

TEST_CASE("A FIFO keeps its last thousand turns, and those of the last hour") {
  FifoFixture f;
  f.named("q");
  for (int i = 0; i < 1200; ++i) take_turn(f);
  f.settle();
  CHECK(history(f).size() == 1200);
  f.advance(1h + 1s);
  for (int i = 0; i < 320; ++i) take_turn(f);
  f.settle();
  CHECK(history(f).size() >= kHistoryOfFifo);
  CHECK(history(f).size() < kHistoryOfFifo + 64);
}

TEST_CASE("Past a hundred thousand the oldest turns of all are forgotten") {
  FifoFixture f;
  f.named("q");
  for (int i = 0; i < 10; ++i) take_turn(f);
  f.settle();
  CountingStore store(*f.store);
  store.more_turns = kHistory - 5;
  f.engine =
      std::make_unique<FifoEngine>(store, f.callers, f.processes, f.events);
  f.settle();
  // Those of the last hour are kept.
  CHECK(history(f).size() == 10);
  f.advance(1h + 1s);
  f.settle();
  CHECK(history(f).size() == 5);
}

TEST_CASE("A ticket is no longer known an hour after its turn") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  CHECK(f.wait("q", ticket, 1));
  f.done("q", ticket);
  f.advance(1h - kNano);
  CHECK(f.wait_refusal("q", ticket) == ErrorCode::kDone);
  f.advance(kNano);
  CHECK(f.wait_refusal("q", ticket) == ErrorCode::kNotFound);
  CHECK(history(f).size() == 1);
  // Its name can be had again.
  HoldRequest call;
  call.ticket = ticket;
  CHECK(f.hold("q", 2, call).granted);
  CHECK(history(f).empty());
}

TEST_CASE("A FIFO that is destroyed takes its history along, bit by bit") {
  FifoFixture f;
  f.named("q");
  for (int i = 0; i < 600; ++i) take_turn(f);
  f.settle();
  std::int64_t id = f.fifo_row("q").id;
  REQUIRE(f.engine->destroy("q").ok());
  f.settle();
  CHECK(f.engine->history(id, 1'000'000, 5000).size() > 0);
  for (int i = 0; i < 5 && f.engine->next_deadline() == Instant(); ++i) {
    f.settle();
  }
  CHECK(f.engine->history(id, 1'000'000, 5000).empty());
  CHECK(f.store->count_turns() == 0);
}

TEST_CASE("The history of all FIFOs is told in slices, the last turn first") {
  FifoFixture f;
  f.named("q");
  f.named("other");
  for (int i = 0; i < 5; ++i) take_turn(f);
  Uuid ticket = f.ticket("other");
  CHECK(f.wait("other", ticket, 1));
  f.done("other", ticket);
  std::int64_t before = 1'000'000;
  std::vector<std::string> names;
  while (before != 0) {
    for (const auto& turn : f.engine->history_of_all(before, 2)) {
      names.push_back(turn.fifo);
    }
  }
  REQUIRE(names.size() == 6);
  CHECK(names[0] == "other");
  CHECK(names[5] == "q");
}
