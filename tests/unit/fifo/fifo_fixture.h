#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>

#include "daemon/fifo/fifo_engine.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite_fifo_store.h"
#include "tests/unit/fifo/fifo_fakes.h"

namespace syncq::test {

using namespace std::chrono_literals;

constexpr Duration kNano{1};

// The engine over a real store, with a clock that stands still until it is
// advanced. Calls that the test expects to succeed give their value.
struct FifoFixture {
  // A file instead of ":memory:" survives restart().
  explicit FifoFixture(std::string path = ":memory:") : path_(std::move(path)) {
    open();
  }

  void open() {
    database = open_store(path_);
    store = std::make_unique<SqliteFifoStore>(*database);
    make_engine();
  }
  void make_engine() {
    engine = std::make_unique<FifoEngine>(*store, callers, processes, events);
  }

  std::size_t fifos() { return store->list_fifos(0, 1000).size(); }
  // Tickets that have not ended, of all FIFOs there are.
  std::int64_t live() {
    std::int64_t count = 0;
    for (const Fifo& fifo : store->list_fifos(0, 1000)) count += fifo.live;
    return count;
  }

  // The end of a loop iteration.
  void settle() {
    engine->tick(now);
    database->commit();
    engine->committed();
  }
  // The transaction is aborted, at its end or before.
  void abort() {
    database->rollback();
    engine->rolled_back();
  }
  void advance(Duration step) {
    now += step;
    settle();
  }
  // The daemon crashes, and starts again over the same file or the same
  // database; its callers are gone.
  void restart(bool same_boot = true) {
    database->rollback();
    engine.reset();
    processes.watched.clear();
    if (path_ == ":memory:") {
      make_engine();
    } else {
      store.reset();
      database.reset();
      open();
    }
    engine->recover(now, same_boot);
    settle();
  }

  Uuid fifo(const NewFifo& wanted = {}) {
    Result<Uuid> made = engine->create(wanted, now, wall);
    REQUIRE(made.ok());
    settle();
    return *made;
  }
  std::string named(const std::string& name, NewFifo wanted = {}) {
    wanted.name = name;
    fifo(wanted);
    return name;
  }
  Uuid ticket(std::string_view name, const Overrides& overrides = {}) {
    Result<Uuid> made = engine->ticket(name, overrides, now);
    REQUIRE(made.ok());
    settle();
    return *made;
  }
  // The grant, or nothing if the caller is parked.
  std::optional<Granted> wait(std::string_view name, const Uuid& ticket,
                              ConnectionId caller,
                              std::optional<Duration> limit = {}) {
    auto granted = engine->wait(name, ticket, caller, limit, now);
    REQUIRE(granted.ok());
    settle();
    return *granted;
  }
  ErrorCode wait_refusal(std::string_view name, const Uuid& ticket) {
    auto granted = engine->wait(name, ticket, 9999, {}, now);
    REQUIRE_FALSE(granted.ok());
    return granted.refusal().code;
  }
  void done(std::string_view name, const Uuid& ticket, bool force = false) {
    REQUIRE(engine->done(name, ticket, force, now).ok());
    settle();
  }
  ErrorCode done_refusal(std::string_view name, const Uuid& ticket) {
    Result<> done = engine->done(name, ticket, false, now);
    REQUIRE_FALSE(done.ok());
    return done.refusal().code;
  }
  HoldReply hold(std::string_view name, ConnectionId caller,
                 HoldRequest call = {}) {
    call.create = true;
    auto start = engine->hold(name, call, caller, now, wall);
    REQUIRE(start.ok());
    settle();
    return *start;
  }
  ErrorCode hold_refusal(std::string_view name, ConnectionId caller,
                         const HoldRequest& call) {
    auto start = engine->hold(name, call, caller, now, wall);
    REQUIRE_FALSE(start.ok());
    return start.refusal().code;
  }
  void gone(ConnectionId caller) {
    engine->caller_gone(caller);
    settle();
  }
  void end_process(pid_t pid) {
    for (std::int64_t key : processes.end(pid)) engine->process_ended(key);
    settle();
  }

  Ticket row(const Uuid& ticket) {
    std::optional<Ticket> found = store->find_ticket(ticket);
    REQUIRE(found);
    return *found;
  }
  TicketState state(const Uuid& ticket) { return row(ticket).state; }
  TicketEnd ended(const Uuid& ticket) { return row(ticket).end; }
  Fifo fifo_row(std::string_view name) {
    auto view = engine->show(name, now);
    REQUIRE(view.ok());
    return view->fifo;
  }

  std::string path_;
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<SqliteFifoStore> store;
  FakeCallers callers;
  FakeProcesses processes;
  Events events;
  std::unique_ptr<FifoEngine> engine;
  Instant now{1000h};
  WallMillis wall = 1'700'000'000'000;
};

}  // namespace syncq::test
