#pragma once

#include "daemon/fifo/fifo_store.h"
#include "daemon/store/sqlite.h"

namespace syncq {

// The FIFOs and tickets in SQLite. Borrows the database.
class SqliteFifoStore final : public FifoStore {
 public:
  explicit SqliteFifoStore(sqlite::Database& database);

  std::optional<Fifo> find_fifo(std::int64_t id) override;
  std::optional<Fifo> find_fifo(const Uuid& uuid) override;
  std::optional<Fifo> find_fifo_named(std::string_view name) override;
  void insert_fifo(Fifo& fifo) override;
  void update_fifo(const Fifo& fifo) override;
  void configure_fifo(const Fifo& fifo) override;
  void delete_fifo(const Fifo& fifo) override;
  std::vector<std::int64_t> deleted_fifos_in_use() override;
  std::int64_t count_fifos() override;
  std::vector<Fifo> list_fifos(std::int64_t after, int limit) override;
  std::optional<std::int64_t> next_in_use(std::int64_t after) override;
  std::vector<Fifo> due_fifos(Instant now, int limit) override;

  void insert_ticket(Ticket& ticket) override;
  std::optional<Ticket> find_ticket(std::int64_t seq) override;
  std::optional<Ticket> find_ticket(const Uuid& uuid) override;
  void update_ticket(const Ticket& ticket) override;
  void move_ticket(const Ticket& ticket) override;
  void delete_ticket(std::int64_t seq) override;
  std::optional<Ticket> last_waiting(std::int64_t fifo) override;
  std::optional<Ticket> next_waiting(std::int64_t fifo,
                                     const InLine& after) override;
  std::vector<Ticket> held_tickets(std::int64_t fifo) override;
  std::vector<Ticket> group(std::int64_t lead) override;
  bool waits_for_both(std::int64_t fifo, std::int64_t other) override;
  std::optional<Ticket> shared_holder(std::int64_t fifo) override;
  std::optional<Ticket> waits_for_most(std::int64_t fifo) override;
  std::vector<Ticket> waiting_tickets(std::int64_t fifo, const InLine& after,
                                      int limit) override;
  std::int64_t count_live() override;
  int count_before(std::int64_t fifo, const InLine& place, int limit) override;
  int count_behind(std::int64_t fifo, const InLine& place, int limit) override;
  std::vector<Ticket> live_holds(std::int64_t after, int limit) override;
  std::vector<Ticket> due_tickets(Instant now, int limit) override;
  int forget_due(Instant now, int limit) override;
  int forget_oldest(int limit) override;
  std::int64_t count_ended() override;
  std::int64_t count_turns() override;
  std::vector<Ticket> ended_turns(std::int64_t fifo, std::int64_t before,
                                  int limit) override;
  std::deque<PastTurn> past_turns(std::int64_t fifo, int limit) override;
  std::vector<Ticket> tickets_before(std::int64_t seq, int limit) override;
  std::vector<Ticket> tickets_after(std::int64_t seq, int limit) override;
  int forget_turns(std::int64_t fifo, int keep, Instant until,
                   int limit) override;
  void extend_deadlines(Instant now, Duration least) override;
  void raise_fences(std::int64_t by) override;
  std::optional<Instant> next_deadline() override;

 private:
  sqlite::Database& database_;
  sqlite::Statement fifo_by_id_;
  sqlite::Statement fifo_by_uuid_;
  sqlite::Statement fifo_by_name_;
  sqlite::Statement insert_fifo_;
  sqlite::Statement update_fifo_;
  sqlite::Statement delete_fifo_;
  sqlite::Statement raise_fence_floor_;
  sqlite::Statement list_fifos_;
  sqlite::Statement due_fifos_;
  sqlite::Statement insert_ticket_;
  sqlite::Statement ticket_by_seq_;
  sqlite::Statement ticket_by_uuid_;
  sqlite::Statement update_ticket_;
  sqlite::Statement delete_ticket_;
  // Two, as SQLite looks for (rank, seq) > (?, ?) by the rank alone: it passes
  // over all that have that rank.
  sqlite::Statement waiting_in_rank_;
  sqlite::Statement waiting_in_later_ranks_;
  sqlite::Statement held_tickets_;
  sqlite::Statement live_holds_;
  sqlite::Statement due_tickets_;
  sqlite::Statement forget_due_;
  sqlite::Statement forget_oldest_;
  sqlite::Statement ended_turns_;
  sqlite::Statement tickets_before_;
  sqlite::Statement tickets_after_;
  sqlite::Statement forget_turns_;
  sqlite::Statement next_deadline_;
  // Made when they are first used: a daemon need not wait for them to start.
  std::optional<sqlite::Statement> next_in_use_;
  std::optional<sqlite::Statement> past_turns_;
  std::optional<sqlite::Statement> group_;
  std::optional<sqlite::Statement> waits_for_both_;
  std::optional<sqlite::Statement> shared_holder_;
  std::optional<sqlite::Statement> waits_for_most_;
  std::optional<sqlite::Statement> count_before_;
  std::optional<sqlite::Statement> count_behind_;
};

}  // namespace syncq
