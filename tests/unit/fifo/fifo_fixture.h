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

// The engine over a real store, with a clock that stands still until it is
// advanced. Calls that the test expects to succeed give their value.
struct FifoFixture {
  // A file instead of ":memory:" survives restart().
  explicit FifoFixture(std::string path = ":memory:");
  ~FifoFixture();

  void open();
  void make_engine();

  std::size_t fifos();
  // Tickets that have not ended, of all FIFOs there are.
  std::int64_t live();

  // The end of a loop iteration.
  void settle();
  // The transaction is aborted, at its end or before.
  void abort();
  void advance(Duration step);
  // The daemon crashes, and starts again over the same file or the same
  // database; its callers are gone.
  void restart(bool same_boot = true);

  Uuid fifo(const NewFifo& wanted = {});
  std::string named(const std::string& name, NewFifo wanted = {});
  Uuid ticket(std::string_view name, const Overrides& overrides = {},
              const TicketTerms& terms = {});
  // The grant, or nothing if the caller is parked.
  std::optional<Granted> wait(std::string_view name, const Uuid& ticket,
                              ConnectionId caller,
                              std::optional<Duration> limit = {});
  ErrorCode wait_refusal(std::string_view name, const Uuid& ticket);
  void done(std::string_view name, const Uuid& ticket, bool force = false);
  ErrorCode done_refusal(std::string_view name, const Uuid& ticket);
  HoldReply hold(std::string_view name, ConnectionId caller,
                 HoldRequest call = {});
  ErrorCode hold_refusal(std::string_view name, ConnectionId caller,
                         const HoldRequest& call);
  void gone(ConnectionId caller);
  void lost(ConnectionId caller, Duration wait);
  void end_process(pid_t pid);

  Ticket row(const Uuid& ticket);
  TicketState state(const Uuid& ticket);
  TicketEnd ended(const Uuid& ticket);
  Fifo fifo_row(std::string_view name);

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
