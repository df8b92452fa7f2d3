#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/fifo/estimate.h"
#include "daemon/fifo/fifo_types.h"

namespace syncq {

// The FIFOs and tickets as rows. Knows no rules. Every call may throw
// StoreError. One thread.
class FifoStore {
 public:
  virtual ~FifoStore() = default;

  virtual std::optional<Fifo> find_fifo(std::int64_t id) = 0;
  virtual std::optional<Fifo> find_fifo(const Uuid& uuid) = 0;
  virtual std::optional<Fifo> find_fifo_named(std::string_view name) = 0;
  // Sets id, and a fence no lower than that of any FIFO ever deleted: a name
  // that comes back goes on counting.
  virtual void insert_fifo(Fifo& fifo) = 0;
  // Writes fence, live, held, shared, extra and deadline.
  virtual void update_fifo(const Fifo& fifo) = 0;
  // Writes config and paused.
  virtual void configure_fifo(const Fifo& fifo) = 0;
  virtual void delete_fifo(const Fifo& fifo) = 0;
  // The ids of those that were deleted while they had live tickets, for as long
  // as these are live. Looks at every live ticket.
  virtual std::vector<std::int64_t> deleted_fifos_in_use() = 0;
  virtual std::int64_t count_fifos() = 0;
  // In order of creation, from the one behind `after`.
  virtual std::vector<Fifo> list_fifos(std::int64_t after, int limit) = 0;
  // The lowest id above `after` of those that have live tickets, also if it is
  // deleted.
  virtual std::optional<std::int64_t> next_in_use(std::int64_t after) = 0;
  virtual std::vector<Fifo> due_fifos(Instant now, int limit) = 0;

  // Sets seq.
  virtual void insert_ticket(Ticket& ticket) = 0;
  virtual std::optional<Ticket> find_ticket(std::int64_t seq) = 0;
  virtual std::optional<Ticket> find_ticket(const Uuid& uuid) = 0;
  // Writes state, end, slot, more_slots, slot_names, fence, deadline, since,
  // command, granted, status and ended_at.
  virtual void update_ticket(const Ticket& ticket) = 0;
  // Writes rank and lead.
  virtual void move_ticket(const Ticket& ticket) = 0;
  virtual void delete_ticket(std::int64_t seq) = 0;
  // The first in line behind `after`.
  virtual std::optional<Ticket> next_waiting(std::int64_t fifo,
                                             const InLine& after) = 0;
  // The last in line.
  virtual std::optional<Ticket> last_waiting(std::int64_t fifo) = 0;
  // The ready and accepted ones, by seq; at most kMaxHeld.
  virtual std::vector<Ticket> held_tickets(std::int64_t fifo) = 0;
  // Of those drawn together, the live ones, by seq.
  virtual std::vector<Ticket> group(std::int64_t lead) = 0;
  // Whether some that wait in `fifo` were drawn together with one in `other`.
  virtual bool waits_for_both(std::int64_t fifo, std::int64_t other) = 0;
  // One of those that are shared.
  virtual std::optional<Ticket> shared_holder(std::int64_t fifo) = 0;
  // Of those that wait and take several slots, the one that takes most.
  virtual std::optional<Ticket> waits_for_most(std::int64_t fifo) = 0;
  virtual std::vector<Ticket> waiting_tickets(std::int64_t fifo,
                                              const InLine& after,
                                              int limit) = 0;
  // How many wait before or behind this place; counts `limit` at most.
  virtual int count_before(std::int64_t fifo, const InLine& place,
                           int limit) = 0;
  virtual int count_behind(std::int64_t fifo, const InLine& place,
                           int limit) = 0;
  // Live tickets of all FIFOs, also of deleted ones.
  virtual std::int64_t count_live() = 0;
  // Those made by `hold`.
  virtual std::vector<Ticket> live_holds(std::int64_t after, int limit) = 0;
  // Live tickets whose deadline has come.
  virtual std::vector<Ticket> due_tickets(Instant now, int limit) = 0;
  // Ended tickets that never had their turn. Forgets those whose time has come,
  // at most `limit`; returns how many.
  virtual int forget_due(Instant now, int limit) = 0;
  // Forgets the `limit` that would be forgotten first.
  virtual int forget_oldest(int limit) = 0;
  virtual std::int64_t count_ended() = 0;
  // Turns that have ended: the history.
  virtual std::int64_t count_turns() = 0;
  // Turns that have ended, the last drawn first, from the one before `before`.
  virtual std::vector<Ticket> ended_turns(std::int64_t fifo,
                                          std::int64_t before, int limit) = 0;
  // The same in the order of ended_turns, as estimates need them.
  virtual std::deque<PastTurn> past_turns(std::int64_t fifo, int limit) = 0;
  // Tickets in any state, of all FIFOs: the last drawn first, and the first.
  virtual std::vector<Ticket> tickets_before(std::int64_t seq, int limit) = 0;
  virtual std::vector<Ticket> tickets_after(std::int64_t seq, int limit) = 0;
  // Forgets ended turns of a FIFO but the last `keep`, if they ended before
  // `until`; the first drawn first, at most `limit`. Returns how many.
  virtual int forget_turns(std::int64_t fifo, int keep, Instant until,
                           int limit) = 0;
  // Moves each running clock that ends before now + accept timeout (or `least`
  // if there is none) to that time.
  virtual void extend_deadlines(Instant now, Duration least) = 0;
  // Adds to the fence of each FIFO.
  virtual void raise_fences(std::int64_t by) = 0;
  // The nearest deadline of all there are.
  virtual std::optional<Instant> next_deadline() = 0;
};

}  // namespace syncq
