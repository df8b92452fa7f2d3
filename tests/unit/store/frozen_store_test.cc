// Stores of earlier versions open with everything in them.

#include "tests/unit/store/frozen_store.h"

#include <filesystem>

#include "daemon/store/store_rules.h"
#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

struct Frozen {
  Frozen() { sqlite::Database(path).execute(kFrozenVersion1); }

  TempDir dir;
  std::string path = dir / "syncq.db";
};

TEST_CASE("A store of version 1 opens with its FIFOs and tickets") {
  Frozen frozen;
  FifoFixture f(frozen.path);
  CHECK(std::filesystem::exists(frozen.path + ".v1.bak"));
  CHECK(find_breaches(*f.database).empty());

  Fifo deploy = f.fifo_row("deploy");
  CHECK(deploy.uuid.text() == "ccdf9114-9ee9-4ad8-abdc-ee51ef2d7887");
  CHECK(deploy.config.slots == 2);
  CHECK(deploy.config.timeouts == Timeouts{2h, 3min, 4min});
  CHECK(deploy.config.unused_destroy == 48h);
  CHECK(deploy.config.allow_overrides);
  CHECK(deploy.fence == 1);
  CHECK(deploy.live == 2);
  CHECK(deploy.held == 2);
  CHECK(f.fifo_row("idle").deadline);

  auto tickets = f.store->held_tickets(deploy.id);
  REQUIRE(tickets.size() == 2);
  CHECK(tickets[0].state == TicketState::kReady);
  CHECK(tickets[0].slot == 1);
  CHECK(f.store->find_ticket(std::int64_t{1})->end == TicketEnd::kDone);
  // The waiter comes after the holder, through a restart.
  Ticket holder = *f.store->find_ticket(std::int64_t{4});
  Ticket next = *f.store->find_ticket(std::int64_t{5});
  CHECK(holder.label == "make deploy");
  CHECK(holder.cwd == "/home/u");
  CHECK(holder.owner == Process{4242, 77});
  CHECK(next.state == TicketState::kWaiting);
  f.processes.running[4343] = 78;
  f.engine->recover(f.now, true);
  f.settle();
  CHECK(f.state(holder.uuid) == TicketState::kEnded);
  CHECK(f.row(next.uuid).state != TicketState::kWaiting);
}

}  // namespace
}  // namespace syncq::test
