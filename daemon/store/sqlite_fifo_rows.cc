// What is read or written of many rows at once, without reading them whole.

#include <fmt/format.h>

#include "daemon/store/sqlite_fifo_store.h"

namespace syncq {
namespace {

using sqlite::Cursor;

// Those on one side of a place in line: of its rank, and of other ranks.
std::string count_waiting(char side) {
  return fmt::format(
      "SELECT count(*) FROM (SELECT 1 FROM tickets WHERE state <> 3 AND fifo = "
      "?1 AND state = 0 AND rank = ?2 AND seq {0} ?3 UNION ALL SELECT 1 FROM "
      "tickets WHERE state <> 3 AND fifo = ?1 AND state = 0 AND rank {0} ?2 "
      "LIMIT ?4)",
      side);
}

int count_of(Cursor row) {
  row.next();
  return static_cast<int>(row.integer(0));
}

}  // namespace

int SqliteFifoStore::count_before(std::int64_t fifo, const InLine& place,
                                  int limit) {
  if (!count_before_) count_before_.emplace(database_, count_waiting('<'));
  return count_of(count_before_->query(fifo, place.rank, place.seq, limit));
}

int SqliteFifoStore::count_behind(std::int64_t fifo, const InLine& place,
                                  int limit) {
  if (!count_behind_) count_behind_.emplace(database_, count_waiting('>'));
  return count_of(count_behind_->query(fifo, place.rank, place.seq, limit));
}

std::optional<Ticket> SqliteFifoStore::last_waiting(std::int64_t fifo) {
  sqlite::Statement last(
      database_,
      "SELECT seq FROM tickets WHERE state <> 3 AND fifo = ? "
      "AND state = 0 ORDER BY rank DESC, seq DESC LIMIT 1");
  std::optional<std::int64_t> seq;
  {
    Cursor row = last.query(fifo);
    if (row.next()) seq = row.integer(0);
  }
  return seq ? find_ticket(*seq) : std::nullopt;
}

std::optional<Ticket> SqliteFifoStore::waits_for_most(std::int64_t fifo) {
  if (!waits_for_most_) {
    waits_for_most_.emplace(
        database_,
        "SELECT seq FROM tickets WHERE take > 1 AND state <> 3 AND fifo = ? "
        "AND state = 0 ORDER BY take DESC LIMIT 1");
  }
  Cursor row = waits_for_most_->query(fifo);
  if (!row.next()) return std::nullopt;
  return find_ticket(row.integer(0));
}

void SqliteFifoStore::move_ticket(const Ticket& ticket) {
  sqlite::Statement(database_,
                    "UPDATE tickets SET rank = ?, lead = ? WHERE seq = ?")
      .run(ticket.rank, ticket.lead, ticket.seq);
}

std::vector<Ticket> SqliteFifoStore::group(std::int64_t lead) {
  if (!group_) {
    group_.emplace(database_,
                   "SELECT seq FROM tickets WHERE lead <> 0 AND state <> 3 AND "
                   "lead = ? ORDER BY seq");
  }
  std::vector<std::int64_t> seqs;
  for (Cursor row = group_->query(lead); row.next();) {
    seqs.push_back(row.integer(0));
  }
  std::vector<Ticket> tickets;
  for (std::int64_t seq : seqs) tickets.push_back(*find_ticket(seq));
  return tickets;
}

bool SqliteFifoStore::waits_for_both(std::int64_t fifo, std::int64_t other) {
  if (!waits_for_both_) {
    waits_for_both_.emplace(
        database_,
        "SELECT 1 FROM tickets AS mine WHERE state <> 3 AND fifo = ?1 AND "
        "state = 0 AND lead <> 0 AND EXISTS (SELECT 1 FROM tickets WHERE lead "
        "<> 0 AND "
        "state <> 3 AND lead = mine.lead AND fifo = ?2) LIMIT 1");
  }
  return waits_for_both_->query(fifo, other).next();
}

// Few columns: an overview may read a hundred turns of each of many FIFOs.
std::deque<PastTurn> SqliteFifoStore::past_turns(std::int64_t fifo, int limit) {
  if (!past_turns_) {
    past_turns_.emplace(
        database_,
        "SELECT label, since - granted, seq FROM tickets WHERE state = 3 AND "
        "granted IS NOT NULL AND fifo = ? ORDER BY seq DESC LIMIT ?");
  }
  Cursor row = past_turns_->query(fifo, limit);
  std::deque<PastTurn> turns;
  while (row.next()) {
    turns.emplace_back(row.text(0), row.duration(1), row.integer(2));
  }
  return turns;
}

std::vector<std::int64_t> SqliteFifoStore::deleted_fifos_in_use() {
  sqlite::Statement statement(
      database_,
      "SELECT DISTINCT fifo FROM tickets WHERE state <> 3 AND fifo NOT IN "
      "(SELECT id FROM fifos)");
  Cursor row = statement.query();
  std::vector<std::int64_t> ids;
  while (row.next()) ids.push_back(row.integer(0));
  return ids;
}

std::optional<std::int64_t> SqliteFifoStore::next_in_use(std::int64_t after) {
  if (!next_in_use_) {
    next_in_use_.emplace(
        database_,
        "SELECT min(fifo) FROM tickets WHERE state <> 3 AND fifo > ?");
  }
  Cursor row = next_in_use_->query(after);
  row.next();
  if (row.is_null(0)) return std::nullopt;
  return row.integer(0);
}

void SqliteFifoStore::extend_deadlines(Instant now, Duration least) {
  sqlite::Statement(database_,
                    "UPDATE tickets SET deadline = max(deadline, ?1 + iif("
                    "accept > 0, accept, ?2)) WHERE state <> 3 AND deadline IS "
                    "NOT NULL")
      .run(now, least);
  sqlite::Statement(database_,
                    "UPDATE fifos SET deadline = max(deadline, ?1 + ?2) WHERE "
                    "deadline IS NOT NULL")
      .run(now, least);
}

void SqliteFifoStore::raise_fences(std::int64_t by) {
  sqlite::Statement(database_, "UPDATE fifos SET fence = fence + ?").run(by);
}

}  // namespace syncq
