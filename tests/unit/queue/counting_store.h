#pragma once

#include <vector>

#include "daemon/fifo/fifo_store.h"

namespace syncq::test {

// A store that counts the calls it passes on and the rows they give.
class CountingStore final : public FifoStore {
 public:
  explicit CountingStore(FifoStore& store) : store_(store) {}

  std::optional<Fifo> find_fifo(std::int64_t id) override {
    return one(store_.find_fifo(id));
  }
  std::optional<Fifo> find_fifo(const Uuid& uuid) override {
    return one(store_.find_fifo(uuid));
  }
  std::optional<Fifo> find_fifo_named(std::string_view name) override {
    return one(store_.find_fifo_named(name));
  }
  void insert_fifo(Fifo& fifo) override { tick().insert_fifo(fifo); }
  void update_fifo(const Fifo& fifo) override { tick().update_fifo(fifo); }
  void configure_fifo(const Fifo& fifo) override {
    tick().configure_fifo(fifo);
  }
  void delete_fifo(const Fifo& fifo) override { tick().delete_fifo(fifo); }
  std::vector<std::int64_t> deleted_fifos_in_use() override {
    return tick().deleted_fifos_in_use();
  }
  std::int64_t count_fifos() override {
    return tick().count_fifos() + more_fifos;
  }
  std::vector<Fifo> list_fifos(std::int64_t after, int limit) override {
    return many(store_.list_fifos(after, limit));
  }
  std::optional<std::int64_t> next_in_use(std::int64_t after) override {
    return tick().next_in_use(after);
  }
  std::vector<Fifo> due_fifos(Instant now, int limit) override {
    return many(store_.due_fifos(now, limit));
  }
  void insert_ticket(Ticket& ticket) override { tick().insert_ticket(ticket); }
  std::optional<Ticket> find_ticket(std::int64_t seq) override {
    return one(store_.find_ticket(seq));
  }
  std::optional<Ticket> find_ticket(const Uuid& uuid) override {
    return one(store_.find_ticket(uuid));
  }
  void update_ticket(const Ticket& ticket) override {
    tick().update_ticket(ticket);
  }
  void move_ticket(const Ticket& ticket) override {
    tick().move_ticket(ticket);
  }
  void delete_ticket(std::int64_t seq) override { tick().delete_ticket(seq); }
  std::optional<Ticket> next_waiting(std::int64_t fifo,
                                     const InLine& after) override {
    return one(store_.next_waiting(fifo, after));
  }
  std::optional<Ticket> last_waiting(std::int64_t fifo) override {
    return one(store_.last_waiting(fifo));
  }
  std::vector<Ticket> held_tickets(std::int64_t fifo) override {
    return many(store_.held_tickets(fifo));
  }
  std::optional<Ticket> waits_for_most(std::int64_t fifo) override {
    return one(store_.waits_for_most(fifo));
  }
  std::vector<Ticket> group(std::int64_t lead) override {
    return many(store_.group(lead));
  }
  bool waits_for_both(std::int64_t fifo, std::int64_t other) override {
    return store_.waits_for_both(fifo, other);
  }
  std::optional<Ticket> shared_holder(std::int64_t fifo) override {
    return one(store_.shared_holder(fifo));
  }
  std::vector<Ticket> waiting_tickets(std::int64_t fifo, const InLine& after,
                                      int limit) override {
    return many(store_.waiting_tickets(fifo, after, limit));
  }
  std::int64_t count_live() override { return tick().count_live() + more_live; }
  int count_before(std::int64_t fifo, const InLine& place, int limit) override {
    return tick().count_before(fifo, place, limit);
  }
  int count_behind(std::int64_t fifo, const InLine& place, int limit) override {
    return tick().count_behind(fifo, place, limit);
  }
  std::vector<Ticket> live_holds(std::int64_t after, int limit) override {
    return many(store_.live_holds(after, limit));
  }
  std::vector<Ticket> due_tickets(Instant now, int limit) override {
    return many(store_.due_tickets(now, limit));
  }
  int forget_due(Instant now, int limit) override {
    return tick().forget_due(now, limit);
  }
  int forget_oldest(int limit) override { return tick().forget_oldest(limit); }
  std::int64_t count_ended() override {
    return tick().count_ended() + more_ended;
  }
  std::int64_t count_turns() override {
    return tick().count_turns() + more_turns;
  }
  std::vector<Ticket> ended_turns(std::int64_t fifo, std::int64_t before,
                                  int limit) override {
    return many(store_.ended_turns(fifo, before, limit));
  }
  std::deque<PastTurn> past_turns(std::int64_t fifo, int limit) override {
    return many(store_.past_turns(fifo, limit));
  }
  std::vector<Ticket> tickets_before(std::int64_t seq, int limit) override {
    return many(store_.tickets_before(seq, limit));
  }
  std::vector<Ticket> tickets_after(std::int64_t seq, int limit) override {
    return many(store_.tickets_after(seq, limit));
  }
  int forget_turns(std::int64_t fifo, int keep, Instant until,
                   int limit) override {
    return tick().forget_turns(fifo, keep, until, limit);
  }
  void raise_fences(std::int64_t by) override { tick().raise_fences(by); }
  void extend_deadlines(Instant now, Duration least) override {
    tick().extend_deadlines(now, least);
  }
  std::optional<Instant> next_deadline() override {
    return tick().next_deadline();
  }

  // Calls, plus the rows that came with them.
  int work = 0;
  // How many more ended tickets it pretends to have.
  std::int64_t more_ended = 0;
  std::int64_t more_turns = 0;
  // The same of FIFOs, and of live tickets.
  std::int64_t more_fifos = 0;
  std::int64_t more_live = 0;

 private:
  FifoStore& tick() {
    ++work;
    return store_;
  }
  template <typename T>
  std::optional<T> one(std::optional<T> row) {
    ++work;
    return row;
  }
  template <typename Rows>
  Rows many(Rows rows) {
    work += 1 + static_cast<int>(rows.size());
    return rows;
  }

  FifoStore& store_;
};

}  // namespace syncq::test
