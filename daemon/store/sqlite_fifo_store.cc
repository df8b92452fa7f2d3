#include "daemon/store/sqlite_fifo_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "daemon/fifo/slots.h"

namespace syncq {
namespace {

using sqlite::Cursor;

constexpr std::string_view kFifoColumns =
    "id, uuid, name, wait, accept, done, unused_destroy, allow_overrides, "
    "slots, fence, live, held, deadline, created, paused, shared, "
    "extra, slot_names, rate, rate_per";

constexpr std::string_view kTicketColumns =
    "seq, uuid, fifo, state, ended, slot, fence, wait, accept, done, deadline, "
    "created, since, hold, owner_pid, owner_start, command_pid, "
    "command_start, label, cwd, granted, status, ended_at";

constexpr std::string_view kNewerColumns =
    "rank, shared, take, more_slots, slot_names, lead";

std::string select_fifos(std::string_view rest) {
  return fmt::format("SELECT {} FROM fifos {}", kFifoColumns, rest);
}

std::string select_tickets(std::string_view rest) {
  return fmt::format("SELECT {}, {} FROM tickets {}", kTicketColumns,
                     kNewerColumns, rest);
}

Timeouts read_timeouts(const Cursor& row, int column) {
  return {row.duration(column), row.duration(column + 1),
          row.duration(column + 2)};
}

Process read_process(const Cursor& row, int column) {
  return {static_cast<pid_t>(row.integer(column)),
          static_cast<std::uint64_t>(row.integer(column + 1))};
}

Fifo read_fifo(const Cursor& row) {
  Fifo fifo;
  fifo.id = row.integer(0);
  fifo.uuid = row.uuid(1);
  fifo.name = row.text(2);
  fifo.config.timeouts = read_timeouts(row, 3);
  fifo.config.unused_destroy = row.duration(6);
  fifo.config.allow_overrides = row.integer(7) != 0;
  fifo.config.slots = static_cast<int>(row.integer(8));
  fifo.fence = row.integer(9);
  fifo.live = row.integer(10);
  fifo.held = static_cast<int>(row.integer(11));
  fifo.deadline = row.maybe_instant(12);
  fifo.created = row.integer(13);
  fifo.paused = row.integer(14) != 0;
  fifo.shared = static_cast<int>(row.integer(15));
  fifo.extra = static_cast<int>(row.integer(16));
  fifo.config.slot_names = split_list(row.bytes(17));
  fifo.config.rate.count = row.integer(18);
  if (fifo.config.rate) fifo.config.rate.per = row.duration(19);
  return fifo;
}

Ticket read_ticket(const Cursor& row) {
  Ticket ticket;
  ticket.seq = row.integer(0);
  ticket.uuid = row.uuid(1);
  ticket.fifo = row.integer(2);
  ticket.state = static_cast<TicketState>(row.integer(3));
  ticket.end = static_cast<TicketEnd>(row.integer(4));
  ticket.slot = static_cast<int>(row.integer(5));
  ticket.fence = row.integer(6);
  ticket.timeouts = read_timeouts(row, 7);
  ticket.deadline = row.maybe_instant(10);
  ticket.created = row.instant(11);
  ticket.since = row.instant(12);
  ticket.hold = row.integer(13) != 0;
  ticket.owner = read_process(row, 14);
  ticket.command = read_process(row, 16);
  ticket.label = row.text(18);
  ticket.cwd = row.text(19);
  ticket.granted = row.maybe_instant(20);
  if (!row.is_null(21)) ticket.status = static_cast<int>(row.integer(21));
  ticket.ended_at = row.integer(22);
  ticket.rank = row.integer(23);
  ticket.shared = row.integer(24) != 0;
  ticket.take = static_cast<int>(row.integer(25));
  ticket.more_slots = read_slots(row.bytes(26));
  ticket.slot_names = split_list(row.bytes(27));
  ticket.lead = row.integer(28);
  return ticket;
}

template <typename Row>
std::vector<Row> all(Cursor cursor, Row (*read)(const Cursor&)) {
  std::vector<Row> rows;
  while (cursor.next()) rows.push_back(read(cursor));
  return rows;
}

std::optional<std::string_view> maybe_name(const Fifo& fifo) {
  if (fifo.name.empty()) return std::nullopt;
  return fifo.name;
}

std::int64_t start_of(const Process& process) {
  return static_cast<std::int64_t>(process.start);
}

}  // namespace

SqliteFifoStore::SqliteFifoStore(sqlite::Database& db)
    : database_(db),
      fifo_by_id_(db, select_fifos("WHERE id = ?")),
      fifo_by_uuid_(db, select_fifos("WHERE uuid = ?")),
      fifo_by_name_(db, select_fifos("WHERE name = ?")),
      insert_fifo_(
          db,
          "INSERT INTO fifos(uuid, name, wait, accept, done, unused_destroy, "
          "allow_overrides, slots, slot_names, rate, rate_per, fence, live, "
          "held, deadline, created) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "max(?, coalesce((SELECT "
          "value FROM meta WHERE key = 'fence_floor'), 0)), ?, ?, ?, ?) "
          "RETURNING id, "
          "fence"),
      update_fifo_(db,
                   "UPDATE fifos SET fence = ?, live = ?, held = ?, "
                   "shared = ?, extra = ?, deadline = ? WHERE id = ?"),
      delete_fifo_(db, "DELETE FROM fifos WHERE id = ?"),
      raise_fence_floor_(
          db,
          "INSERT INTO meta VALUES('fence_floor', ?) ON CONFLICT(key) DO "
          "UPDATE SET value = max(value, excluded.value)"),
      list_fifos_(db, select_fifos("WHERE id > ? ORDER BY id LIMIT ?")),
      due_fifos_(db, select_fifos("WHERE deadline IS NOT NULL AND deadline <= "
                                  "? ORDER BY deadline LIMIT ?")),
      insert_ticket_(
          db, fmt::format(
                  "INSERT INTO tickets({}, {}) VALUES(NULL, ?, ?, ?, ?, ?, "
                  "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, ?, "
                  "?, ?, ?, ?, ?)",
                  kTicketColumns, kNewerColumns)),
      ticket_by_seq_(db, select_tickets("WHERE seq = ?")),
      ticket_by_uuid_(db, select_tickets("WHERE uuid = ?")),
      update_ticket_(
          db,
          "UPDATE tickets SET state = ?, ended = ?, slot = ?, more_slots = ?, "
          "slot_names = ?, fence = ?, deadline = ?, since = ?, command_pid = "
          "?, command_start = ?, granted = ?, status = ?, ended_at = ? WHERE "
          "seq = ?"),
      delete_ticket_(db, "DELETE FROM tickets WHERE seq = ?"),
      waiting_in_rank_(
          db, select_tickets("WHERE state <> 3 AND fifo = ? AND state = 0 AND "
                             "rank = ? AND seq > ? ORDER BY seq LIMIT ?")),
      waiting_in_later_ranks_(
          db, select_tickets("WHERE state <> 3 AND fifo = ? AND state = 0 AND "
                             "rank > ? ORDER BY rank, seq LIMIT ?")),
      held_tickets_(db, select_tickets("WHERE state <> 3 AND fifo = ? AND "
                                       "state IN (1, 2)")),
      live_holds_(db, select_tickets("WHERE state <> 3 AND hold AND seq > ? "
                                     "ORDER BY seq LIMIT ?")),
      due_tickets_(db, select_tickets("WHERE state <> 3 AND deadline IS NOT "
                                      "NULL AND deadline <= ? ORDER BY "
                                      "deadline, seq LIMIT ?")),
      forget_due_(db,
                  "DELETE FROM tickets WHERE seq IN (SELECT seq FROM tickets "
                  "WHERE state = 3 AND granted IS NULL AND deadline <= ? ORDER "
                  "BY deadline LIMIT ?)"),
      forget_oldest_(db,
                     "DELETE FROM tickets WHERE seq IN (SELECT seq FROM "
                     "tickets WHERE state = 3 AND granted IS NULL ORDER BY "
                     "deadline LIMIT ?)"),
      ended_turns_(db, select_tickets("WHERE state = 3 AND granted IS NOT NULL "
                                      "AND fifo = ? AND seq < ? ORDER BY seq "
                                      "DESC LIMIT ?")),
      tickets_before_(
          db, select_tickets("WHERE seq < ? ORDER BY seq DESC LIMIT ?")),
      tickets_after_(db, select_tickets("WHERE seq > ? ORDER BY seq LIMIT ?")),
      forget_turns_(
          db,
          "DELETE FROM tickets WHERE seq IN (SELECT seq FROM tickets WHERE "
          "state = 3 AND granted IS NOT NULL AND fifo = ?1 AND seq <= (SELECT "
          "seq FROM tickets WHERE state = 3 AND granted IS NOT NULL AND fifo = "
          "?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2) AND since < ?3 ORDER BY seq "
          "LIMIT ?4)"),
      next_deadline_(
          db,
          "SELECT min(d) FROM (SELECT min(deadline) AS d FROM tickets WHERE "
          "state <> 3 AND deadline IS NOT NULL UNION ALL SELECT min(deadline) "
          "FROM tickets WHERE state = 3 AND granted IS NULL UNION ALL SELECT "
          "min(deadline) FROM fifos WHERE deadline IS NOT NULL)") {}

std::optional<Fifo> SqliteFifoStore::find_fifo(std::int64_t id) {
  return one(fifo_by_id_.query(id), read_fifo);
}

std::optional<Fifo> SqliteFifoStore::find_fifo(const Uuid& uuid) {
  return one(fifo_by_uuid_.query(uuid), read_fifo);
}

std::optional<Fifo> SqliteFifoStore::find_fifo_named(std::string_view name) {
  return one(fifo_by_name_.query(name), read_fifo);
}

void SqliteFifoStore::insert_fifo(Fifo& fifo) {
  const FifoConfig& config = fifo.config;
  const std::string slot_names = names_text(config.slot_names);
  Cursor row = insert_fifo_.query(
      fifo.uuid, maybe_name(fifo), config.timeouts.wait, config.timeouts.accept,
      config.timeouts.done, config.unused_destroy, config.allow_overrides,
      config.slots, std::string_view(slot_names), config.rate.count,
      config.rate.per, fifo.fence, fifo.live, fifo.held, fifo.deadline,
      fifo.created);
  row.next();
  fifo.id = row.integer(0);
  fifo.fence = row.integer(1);
}

void SqliteFifoStore::update_fifo(const Fifo& fifo) {
  update_fifo_.run(fifo.fence, fifo.live, fifo.held, fifo.shared, fifo.extra,
                   fifo.deadline, fifo.id);
}

void SqliteFifoStore::configure_fifo(const Fifo& fifo) {
  const FifoConfig& config = fifo.config;
  sqlite::Statement(database_,
                    "UPDATE fifos SET wait = ?, accept = ?, done = ?, "
                    "unused_destroy = ?, allow_overrides = ?, slots = ?, "
                    "slot_names = ?, rate = ?, rate_per = ?, paused = ? WHERE "
                    "id = ?")
      .run(config.timeouts.wait, config.timeouts.accept, config.timeouts.done,
           config.unused_destroy, config.allow_overrides, config.slots,
           std::string_view(names_text(config.slot_names)), config.rate.count,
           config.rate.per, fifo.paused, fifo.id);
}

void SqliteFifoStore::delete_fifo(const Fifo& fifo) {
  raise_fence_floor_.run(fifo.fence);
  delete_fifo_.run(fifo.id);
}

std::vector<Fifo> SqliteFifoStore::list_fifos(std::int64_t after, int limit) {
  return all(list_fifos_.query(after, limit), read_fifo);
}

std::vector<Fifo> SqliteFifoStore::due_fifos(Instant now, int limit) {
  return all(due_fifos_.query(now, limit), read_fifo);
}

void SqliteFifoStore::insert_ticket(Ticket& ticket) {
  insert_ticket_.run(
      ticket.uuid, ticket.fifo, static_cast<int>(ticket.state),
      static_cast<int>(ticket.end), ticket.slot, ticket.fence,
      ticket.timeouts.wait, ticket.timeouts.accept, ticket.timeouts.done,
      ticket.deadline, ticket.created, ticket.since, ticket.hold,
      ticket.owner.pid, start_of(ticket.owner), ticket.command.pid,
      start_of(ticket.command), std::string_view(ticket.label),
      std::string_view(ticket.cwd), ticket.granted, ticket.rank, ticket.shared,
      ticket.take, std::string_view(slots_text(ticket.more_slots)),
      std::string_view(names_text(ticket.slot_names)), ticket.lead);
  ticket.seq = database_.last_insert_rowid();
}

std::optional<Ticket> SqliteFifoStore::find_ticket(std::int64_t seq) {
  return one(ticket_by_seq_.query(seq), read_ticket);
}

std::optional<Ticket> SqliteFifoStore::find_ticket(const Uuid& uuid) {
  return one(ticket_by_uuid_.query(uuid), read_ticket);
}

void SqliteFifoStore::update_ticket(const Ticket& ticket) {
  update_ticket_.run(
      static_cast<int>(ticket.state), static_cast<int>(ticket.end), ticket.slot,
      std::string_view(slots_text(ticket.more_slots)),
      std::string_view(names_text(ticket.slot_names)), ticket.fence,
      ticket.deadline, ticket.since, ticket.command.pid,
      start_of(ticket.command), ticket.granted, ticket.status, ticket.ended_at,
      ticket.seq);
}

void SqliteFifoStore::delete_ticket(std::int64_t seq) {
  delete_ticket_.run(seq);
}

std::optional<Ticket> SqliteFifoStore::next_waiting(std::int64_t fifo,
                                                    const InLine& after) {
  if (after != InLine()) {
    auto next = one(waiting_in_rank_.query(fifo, after.rank, after.seq, 1),
                    read_ticket);
    if (next) return next;
  }
  return one(waiting_in_later_ranks_.query(fifo, after.rank, 1), read_ticket);
}

std::vector<Ticket> SqliteFifoStore::held_tickets(std::int64_t fifo) {
  std::vector<Ticket> held = all(held_tickets_.query(fifo), read_ticket);
  // Mostly one: SQLite would make a table to sort it.
  std::sort(held.begin(), held.end(),
            [](const Ticket& a, const Ticket& b) { return a.seq < b.seq; });
  return held;
}

std::optional<Ticket> SqliteFifoStore::shared_holder(std::int64_t fifo) {
  if (!shared_holder_) {
    shared_holder_.emplace(
        database_, select_tickets("WHERE state <> 3 AND fifo = ? AND state IN "
                                  "(1, 2) AND shared LIMIT 1"));
  }
  return one(shared_holder_->query(fifo), read_ticket);
}

std::vector<Ticket> SqliteFifoStore::waiting_tickets(std::int64_t fifo,
                                                     const InLine& after,
                                                     int limit) {
  std::vector<Ticket> tickets = all(
      waiting_in_rank_.query(fifo, after.rank, after.seq, limit), read_ticket);
  int left = limit - static_cast<int>(tickets.size());
  if (left == 0) return tickets;
  std::vector<Ticket> later =
      all(waiting_in_later_ranks_.query(fifo, after.rank, left), read_ticket);
  std::move(later.begin(), later.end(), std::back_inserter(tickets));
  return tickets;
}

std::vector<Ticket> SqliteFifoStore::live_holds(std::int64_t after, int limit) {
  return all(live_holds_.query(after, limit), read_ticket);
}

std::vector<Ticket> SqliteFifoStore::due_tickets(Instant now, int limit) {
  return all(due_tickets_.query(now, limit), read_ticket);
}

int SqliteFifoStore::forget_due(Instant now, int limit) {
  forget_due_.run(now, limit);
  return database_.changes();
}

int SqliteFifoStore::forget_oldest(int limit) {
  forget_oldest_.run(limit);
  return database_.changes();
}

std::vector<Ticket> SqliteFifoStore::ended_turns(std::int64_t fifo,
                                                 std::int64_t before,
                                                 int limit) {
  return all(ended_turns_.query(fifo, before, limit), read_ticket);
}

std::vector<Ticket> SqliteFifoStore::tickets_before(std::int64_t seq,
                                                    int limit) {
  return all(tickets_before_.query(seq, limit), read_ticket);
}

std::vector<Ticket> SqliteFifoStore::tickets_after(std::int64_t seq,
                                                   int limit) {
  return all(tickets_after_.query(seq, limit), read_ticket);
}

int SqliteFifoStore::forget_turns(std::int64_t fifo, int keep, Instant until,
                                  int limit) {
  forget_turns_.run(fifo, keep, until, limit);
  return database_.changes();
}

std::optional<Instant> SqliteFifoStore::next_deadline() {
  Cursor row = next_deadline_.query();
  row.next();
  return row.maybe_instant(0);
}

}  // namespace syncq
