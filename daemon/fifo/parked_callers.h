#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "daemon/commit/parked_calls.h"

namespace syncq {

// The callers of `wait` that are parked, and the callers of `hold` for as
// long as their connection lives. Memory only: callers do not outlive the
// daemon. One thread.
class ParkedCallers {
 public:
  struct Place {
    std::int64_t seq = 0;   // the ticket
    std::int64_t fifo = 0;  // its FIFO
    // What a caller of hold was told last, so that it is told only changes.
    std::int64_t told_position = 0;
    std::int64_t told_holder = 0;
    bool told_paused = false;
    bool told_rate = false;
  };
  struct Entry : Place {
    bool hold = false;
    bool granted = false;          // a caller of hold that has its turn
    std::optional<Instant> limit;  // of this one call
    // Of a caller of hold: those of the tickets that were drawn with its first.
    std::vector<Place> others{};

    // All of its tickets; 0 is the first.
    std::size_t places() const { return 1 + others.size(); }
    const Place& at(std::size_t i) const {
      return i == 0 ? *this : others[i - 1];
    }
    // That of one of its tickets.
    Place& of_ticket(std::int64_t ticket);
  };

  void add(ConnectionId caller, const Entry& entry);
  // Takes the caller out; nullopt when it is not here.
  std::optional<Entry> remove(ConnectionId caller);
  Entry* find(ConnectionId caller) { return entries_.find(caller); }
  // Those of one ticket are those of another from now on.
  void move(std::int64_t from, std::int64_t to);
  // It has its turn: the call's own limit no longer counts.
  void grant(ConnectionId caller);

  std::vector<ConnectionId> of_ticket(std::int64_t seq) const;
  bool any_of_ticket(std::int64_t seq) const {
    return by_ticket_.contains(seq);
  }
  // A caller of hold keeps this ticket.
  bool held_open(std::int64_t seq) const;
  bool any_hold_of_fifo(std::int64_t fifo) const {
    return holds_.contains(fifo);
  }

  std::optional<Instant> next_limit() const { return entries_.next_limit(); }
  std::optional<ConnectionId> take_due(Instant now) {
    return entries_.take_due(now);
  }
  std::vector<ConnectionId> all() const { return entries_.all(); }
  // The tickets of the callers of hold that have their turn.
  std::vector<std::int64_t> granted() const;
  std::size_t size() const { return entries_.size(); }

 private:
  ParkedCalls<Entry> entries_;
  std::unordered_multimap<std::int64_t, ConnectionId> by_ticket_;
  std::unordered_map<std::int64_t, std::int64_t> holds_;  // FIFO -> how many
};

}  // namespace syncq
