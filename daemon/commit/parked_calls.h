#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "daemon/commit/notifier.h"

namespace syncq {

// The calls that are not answered yet, each of its connection, with the limits
// of those that have one: `Call` has a member `std::optional<Instant> limit`.
// In memory only: no connection outlives the daemon. One thread.
template <typename Call>
class ParkedCalls {
 public:
  void add(ConnectionId caller, Call call) {
    if (call.limit) limits_.emplace(*call.limit, caller);
    calls_.insert_or_assign(caller, std::move(call));
  }
  // Takes the call out; nullopt if it is not here.
  std::optional<Call> remove(ConnectionId caller) {
    clear_limit(caller);
    auto node = calls_.extract(caller);
    if (!node) return std::nullopt;
    return std::move(node.mapped());
  }
  // nullptr if it is not here. The limit must not be changed through it.
  Call* find(ConnectionId caller) {
    auto found = calls_.find(caller);
    return found == calls_.end() ? nullptr : &found->second;
  }
  const Call* find(ConnectionId caller) const {
    auto found = calls_.find(caller);
    return found == calls_.end() ? nullptr : &found->second;
  }
  // It may last for ever.
  void clear_limit(ConnectionId caller) {
    Call* call = find(caller);
    if (call == nullptr || !call->limit) return;
    limits_.erase({*call->limit, caller});
    call->limit.reset();
  }

  std::optional<Instant> next_limit() const {
    if (limits_.empty()) return std::nullopt;
    return limits_.begin()->first;
  }
  // One whose limit has come, which it then has no more.
  std::optional<ConnectionId> take_due(Instant now) {
    if (limits_.empty() || limits_.begin()->first > now) return std::nullopt;
    ConnectionId caller = limits_.begin()->second;
    clear_limit(caller);
    return caller;
  }

  // In the order in which they connected.
  std::vector<ConnectionId> all() const {
    std::vector<ConnectionId> callers;
    callers.reserve(calls_.size());
    for (const auto& [caller, call] : calls_) callers.push_back(caller);
    std::sort(callers.begin(), callers.end());
    return callers;
  }
  std::size_t size() const { return calls_.size(); }
  auto begin() const { return calls_.begin(); }
  auto end() const { return calls_.end(); }

 private:
  std::unordered_map<ConnectionId, Call> calls_;
  std::set<std::pair<Instant, ConnectionId>> limits_;
};

}  // namespace syncq
