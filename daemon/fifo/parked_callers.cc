#include "daemon/fifo/parked_callers.h"

#include <algorithm>

namespace syncq {

void ParkedCallers::add(ConnectionId caller, const Entry& entry) {
  entries_.add(caller, entry);
  by_ticket_.emplace(entry.seq, caller);
  if (entry.hold) ++holds_[entry.fifo];
}

std::optional<ParkedCallers::Entry> ParkedCallers::remove(ConnectionId caller) {
  std::optional<Entry> entry = entries_.remove(caller);
  if (!entry) return std::nullopt;
  auto [first, last] = by_ticket_.equal_range(entry->seq);
  by_ticket_.erase(std::find_if(
      first, last, [&](const auto& pair) { return pair.second == caller; }));
  if (entry->hold && --holds_[entry->fifo] == 0) holds_.erase(entry->fifo);
  return entry;
}

void ParkedCallers::move(std::int64_t from, std::int64_t to) {
  for (ConnectionId caller : of_ticket(from)) {
    entries_.find(caller)->seq = to;
    by_ticket_.emplace(to, caller);
  }
  by_ticket_.erase(from);
}

void ParkedCallers::grant(ConnectionId caller) {
  if (Entry* entry = find(caller)) entry->granted = true;
  entries_.clear_limit(caller);
}

std::vector<ConnectionId> ParkedCallers::of_ticket(std::int64_t seq) const {
  std::vector<ConnectionId> callers;
  auto [first, last] = by_ticket_.equal_range(seq);
  for (auto it = first; it != last; ++it) callers.push_back(it->second);
  std::sort(callers.begin(), callers.end());
  return callers;
}

bool ParkedCallers::held_open(std::int64_t seq) const {
  auto [first, last] = by_ticket_.equal_range(seq);
  return std::any_of(first, last, [&](const auto& pair) {
    return entries_.find(pair.second)->hold;
  });
}

std::vector<std::int64_t> ParkedCallers::granted() const {
  std::vector<std::int64_t> tickets;
  for (const auto& [caller, entry] : entries_) {
    if (entry.granted) tickets.push_back(entry.seq);
  }
  return tickets;
}

}  // namespace syncq
