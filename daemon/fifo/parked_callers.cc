#include "daemon/fifo/parked_callers.h"

#include <algorithm>

namespace syncq {

void ParkedCallers::add(ConnectionId caller, const Entry& entry) {
  entries_[caller] = entry;
  by_ticket_.emplace(entry.seq, caller);
  if (entry.hold) ++holds_[entry.fifo];
  if (entry.limit) limits_.emplace(*entry.limit, caller);
}

std::optional<ParkedCallers::Entry> ParkedCallers::remove(ConnectionId caller) {
  auto found = entries_.find(caller);
  if (found == entries_.end()) return std::nullopt;
  Entry entry = found->second;
  entries_.erase(found);
  if (entry.limit) limits_.erase({*entry.limit, caller});
  auto [first, last] = by_ticket_.equal_range(entry.seq);
  by_ticket_.erase(std::find_if(
      first, last, [&](const auto& pair) { return pair.second == caller; }));
  if (entry.hold && --holds_[entry.fifo] == 0) holds_.erase(entry.fifo);
  return entry;
}

ParkedCallers::Entry* ParkedCallers::find(ConnectionId caller) {
  auto found = entries_.find(caller);
  return found == entries_.end() ? nullptr : &found->second;
}

void ParkedCallers::grant(ConnectionId caller) {
  if (Entry* entry = find(caller)) entry->granted = true;
  clear_limit(caller);
}

void ParkedCallers::clear_limit(ConnectionId caller) {
  Entry* entry = find(caller);
  if (entry == nullptr || !entry->limit) return;
  limits_.erase({*entry->limit, caller});
  entry->limit.reset();
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
    return entries_.at(pair.second).hold;
  });
}

std::optional<Instant> ParkedCallers::next_limit() const {
  if (limits_.empty()) return std::nullopt;
  return limits_.begin()->first;
}

std::optional<ConnectionId> ParkedCallers::take_due(Instant now) {
  if (limits_.empty() || limits_.begin()->first > now) return std::nullopt;
  ConnectionId caller = limits_.begin()->second;
  clear_limit(caller);
  return caller;
}

std::vector<std::int64_t> ParkedCallers::granted() const {
  std::vector<std::int64_t> tickets;
  for (const auto& [caller, entry] : entries_) {
    if (entry.granted) tickets.push_back(entry.seq);
  }
  return tickets;
}

std::vector<ConnectionId> ParkedCallers::all() const {
  std::vector<ConnectionId> callers;
  callers.reserve(entries_.size());
  for (const auto& [caller, entry] : entries_) callers.push_back(caller);
  std::sort(callers.begin(), callers.end());
  return callers;
}

}  // namespace syncq
