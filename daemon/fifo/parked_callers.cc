#include "daemon/fifo/parked_callers.h"

#include <algorithm>

namespace syncq {

ParkedCallers::Place& ParkedCallers::Entry::of_ticket(std::int64_t ticket) {
  auto other =
      std::find_if(others.begin(), others.end(),
                   [&](const Place& place) { return place.seq == ticket; });
  return other == others.end() ? *this : *other;
}

void ParkedCallers::add(ConnectionId caller, const Entry& entry) {
  entries_.add(caller, entry);
  for (std::size_t i = 0; i < entry.places(); ++i) {
    by_ticket_.emplace(entry.at(i).seq, caller);
    if (entry.hold) ++holds_[entry.at(i).fifo];
  }
}

std::optional<ParkedCallers::Entry> ParkedCallers::remove(ConnectionId caller) {
  std::optional<Entry> entry = entries_.remove(caller);
  if (!entry) return std::nullopt;
  for (std::size_t i = 0; i < entry->places(); ++i) {
    const Place& place = entry->at(i);
    auto [first, last] = by_ticket_.equal_range(place.seq);
    by_ticket_.erase(std::find_if(
        first, last, [&](const auto& pair) { return pair.second == caller; }));
    if (entry->hold && --holds_[place.fifo] == 0) {
      holds_.erase(place.fifo);
    }
  }
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
    if (!entry.granted) continue;
    for (std::size_t i = 0; i < entry.places(); ++i) {
      tickets.push_back(entry.at(i).seq);
    }
  }
  return tickets;
}

}  // namespace syncq
