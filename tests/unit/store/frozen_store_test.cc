// Stores of earlier versions open with everything in them.

#include "tests/unit/store/frozen_store.h"

#include <filesystem>

#include "daemon/store/doctor.h"
#include "daemon/store/store_rules.h"
#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

struct Frozen {
  explicit Frozen(const char* sql) { sqlite::Database(path).execute(sql); }

  TempDir dir;
  std::string path = dir / "syncq.db";
};

TEST_CASE("A store of version 1 opens with its FIFOs and tickets") {
  Frozen frozen(kFrozenVersion1);
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

TEST_CASE("A store of version 2 opens with its FIFOs and tickets") {
  Frozen frozen(kFrozenVersion2);
  FifoFixture f(frozen.path);
  CHECK(find_breaches(*f.database).empty());

  Fifo deploy = f.fifo_row("deploy");
  CHECK(deploy.uuid.text() == "9f4449ae-7545-466b-bdd1-61a74214f649");
  CHECK(deploy.config.slots == 2);
  CHECK(deploy.config.timeouts == Timeouts{2h, 3min, 4min});
  CHECK(deploy.config.unused_destroy == 48h);
  CHECK(deploy.config.allow_overrides);
  CHECK(deploy.fence == 2);
  CHECK(deploy.live == 3);
  CHECK(deploy.held == 2);
  CHECK(f.fifo_row("idle").deadline);

  CHECK(f.store->find_ticket(std::int64_t{1})->end == TicketEnd::kDone);
  CHECK(f.store->find_ticket(std::int64_t{2})->state == TicketState::kReady);
  CHECK(f.store->find_ticket(std::int64_t{3})->fence == 2);
  Ticket hurried = *f.store->find_ticket(std::int64_t{4});
  CHECK(hurried.timeouts.wait == 30min);
  Ticket holder = *f.store->find_ticket(std::int64_t{5});
  Ticket next = *f.store->find_ticket(std::int64_t{6});
  Ticket remote = *f.store->find_ticket(std::int64_t{7});
  CHECK(holder.label == "make deploy");
  CHECK(holder.cwd == "/home/u");
  CHECK(holder.command == Process{4242, 77});
  CHECK(remote.label == "from afar");
  // The holder has ended, the next one lives, the remote one does not come
  // back, and the clocks go on.
  f.processes.running[4343] = 78;
  f.engine->recover(f.now, true);
  f.settle();
  CHECK(f.ended(holder.uuid) == TicketEnd::kDone);
  CHECK(f.row(next.uuid).state != TicketState::kWaiting);
  f.advance(1min);
  CHECK(f.ended(remote.uuid) == TicketEnd::kExpired);
  f.advance(2min);
  CHECK(f.row(hurried.uuid).state == TicketState::kReady);
}

TEST_CASE("A store of any version is well") {
  Frozen frozen(GENERATE(kFrozenVersion1, kFrozenVersion2, kFrozenVersion3,
                         kFrozenVersion4, kFrozenSlots4, kFrozenVersion5));
  CHECK(examine_store(frozen.path) == std::vector<std::string>{});
}

TEST_CASE("To repair a store of any version migrates it") {
  Frozen frozen(kFrozenVersion3);
  repair_store(frozen.path);
  FifoFixture f(frozen.path);
  CHECK(find_breaches(*f.database).empty());
  CHECK(f.store->find_ticket(std::int64_t{6})->rank == -102);
  CHECK(f.store->find_ticket(std::int64_t{4})->priority() == 0);
}

TEST_CASE("A store of version 3 opens with its FIFOs and tickets") {
  Frozen frozen(kFrozenVersion3);
  FifoFixture f(frozen.path);
  CHECK(std::filesystem::exists(frozen.path + ".v3.bak"));
  CHECK(find_breaches(*f.database).empty());

  Fifo deploy = f.fifo_row("deploy");
  CHECK(deploy.uuid.text() == "9ab8e709-5437-4563-b1a5-d41e200fe5f8");
  CHECK(deploy.config.slots == 2);
  CHECK(deploy.config.timeouts == Timeouts{2h, 3min, 4min});
  CHECK(deploy.config.allow_overrides);
  CHECK(deploy.fence == 2);
  CHECK(deploy.live == 5);
  CHECK(deploy.held == 2);
  CHECK(f.fifo_row("quiet").paused);
  CHECK(f.fifo_row("quiet").waiting() == 1);

  auto turns = f.store->ended_turns(deploy.id, 100, 100);
  REQUIRE(turns.size() == 1);
  CHECK(turns[0].status == 3 << 8);
  CHECK(turns[0].priority() == 0);
  CHECK(f.store->find_ticket(std::int64_t{7})->end == TicketEnd::kCancelled);
  CHECK(f.store->find_ticket(std::int64_t{8})->label == "make held");

  // What was moved to the front stands before all priorities.
  f.engine->recover(f.now, true);
  f.ticket("deploy", {}, {kMostPriority});
  auto line = f.store->waiting_tickets(deploy.id, {}, 100);
  REQUIRE(line.size() == 4);
  CHECK(line[0].seq == 6);
  CHECK(line[1].seq == 5);
  CHECK_FALSE(line[0].priority());
  CHECK(line[2].priority() == kMostPriority);
  CHECK(line[3].seq == 4);
}

TEST_CASE("A store of version 4 opens with its FIFOs and tickets") {
  Frozen frozen(kFrozenVersion4);
  FifoFixture f(frozen.path);
  CHECK(std::filesystem::exists(frozen.path + ".v4.bak"));
  CHECK(find_breaches(*f.database).empty());

  Fifo deploy = f.fifo_row("deploy");
  auto line = f.store->waiting_tickets(deploy.id, {}, 100);
  REQUIRE(line.size() == 3);
  CHECK(line[0].seq == 6);
  CHECK(line[1].seq == 5);
  CHECK(line[2].priority() == 5);
  CHECK(line[2].shared);
  CHECK(f.fifo_row("held").slots_taken() == 1);
  CHECK(f.store->find_ticket(std::int64_t{8})->shared);
}

TEST_CASE("A store that version 4 has made opens, and turns take one slot") {
  Frozen frozen(kFrozenSlots4);
  FifoFixture f(frozen.path);
  Fifo deploy = f.fifo_row("deploy");
  CHECK(deploy.uuid.text() == "1953c2e0-81fc-42df-b379-75e6a9c4b66a");
  CHECK(deploy.config.slots == 2);
  CHECK(deploy.config.timeouts == Timeouts{2h, 3min, 4min});
  CHECK(deploy.config.allow_overrides);
  CHECK(deploy.fence == 3);
  CHECK(deploy.live == 8);
  CHECK(deploy.held == 3);
  CHECK(deploy.shared == 2);
  CHECK(deploy.slots_taken() == 2);
  CHECK(f.fifo_row("quiet").paused);

  auto held = f.store->held_tickets(deploy.id);
  REQUIRE(held.size() == 3);
  CHECK(held[1].shared);
  CHECK(held[1].slot == 0);
  CHECK(held[2].label == "make held");
  CHECK(held[2].slot == 1);
  // Each takes one slot, as all did.
  for (const Ticket& each : held) {
    CHECK(each.take == 1);
    CHECK(each.more_slots.empty());
  }
  auto line = f.store->waiting_tickets(deploy.id, {}, 100);
  REQUIRE(line.size() == 5);
  CHECK_FALSE(line[0].priority());
  CHECK(line[1].priority() == 50);
  CHECK(line[3].shared);
  CHECK(line[4].priority() == -5);
  CHECK(f.store->ended_turns(deploy.id, 100, 100).at(0).status == 3 << 8);
  CHECK(f.store->find_ticket(std::int64_t{9})->end == TicketEnd::kCancelled);

  // One that takes both slots comes behind them all.
  f.engine->recover(f.now, true);
  TicketTerms both;
  both.take = 2;
  Uuid last = f.ticket("deploy", {}, both);
  for (const auto& tickets : {held, line}) {
    CHECK(f.state(last) == TicketState::kWaiting);
    for (const Ticket& each : tickets) f.done("deploy", each.uuid, true);
  }
  CHECK(f.row(last).more_slots == std::vector{1});
}

TEST_CASE("A store of version 5 opens with its FIFOs and tickets") {
  Frozen frozen(kFrozenVersion5);
  FifoFixture f(frozen.path);
  CHECK(std::filesystem::exists(frozen.path + ".v5.bak"));
  CHECK(find_breaches(*f.database).empty());

  Fifo gpu = f.fifo_row("gpu");
  CHECK(gpu.config.slot_names ==
        std::vector<std::string>{"cuda0", "cuda1", "cuda2", "cuda3"});
  CHECK(gpu.slots_taken() == 4);
  CHECK(f.fifo_row("quiet").paused);
  auto held = f.store->held_tickets(gpu.id);
  REQUIRE(held.size() == 3);
  CHECK(held[0].more_slots == std::vector{1});
  CHECK(held[0].slot_names == std::vector<std::string>{"cuda0", "cuda1"});
  CHECK(held[1].label == "train one");
  CHECK(held[2].state == TicketState::kReady);
  auto line = f.store->waiting_tickets(gpu.id, {}, 100);
  REQUIRE(line.size() == 3);
  CHECK_FALSE(line[0].priority());
  CHECK(line[1].take == 3);
  CHECK(line[2].shared);

  // The line goes on as it would have.
  f.engine->recover(f.now, true);
  f.done("gpu", held[0].uuid);
  CHECK(f.row(line[0].uuid).slot_names == std::vector<std::string>{"cuda0"});
  CHECK(f.state(line[1].uuid) == TicketState::kWaiting);
}

// Each column and each index, in no order of their making.
std::string schema_of(const std::string& path) {
  auto db = open_store(path);
  sqlite::Statement all(
      *db,
      "SELECT format('%s.%s %s %d %s %d', m.name, c.name, c.type, "
      "c.\"notnull\", ifnull(c.dflt_value, '-'), c.pk) "
      "FROM sqlite_master m, pragma_table_info(m.name) c "
      "WHERE m.type = 'table' UNION ALL SELECT sql FROM sqlite_master "
      "WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1");
  std::string schema;
  for (sqlite::Cursor row = all.query(); row.next();) {
    schema += row.text(0) + "\n";
  }
  return schema;
}

// Else a change of either would go unnoticed.
TEST_CASE("A store of any version becomes what a new one is") {
  TempDir dir;
  const std::string fresh = schema_of(dir / "syncq.db");
  CHECK_THAT(fresh, Catch::Matchers::Contains("tickets.seq INTEGER 0 - 1"));
  CHECK_THAT(fresh, Catch::Matchers::Contains("INDEX tickets_line"));
  for (const char* version : {kFrozenVersion1, kFrozenVersion2, kFrozenVersion3,
                              kFrozenVersion4, kFrozenVersion5}) {
    CHECK(schema_of(Frozen(version).path) == fresh);
  }
}

}  // namespace
}  // namespace syncq::test
