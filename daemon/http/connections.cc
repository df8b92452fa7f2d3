#include "daemon/http/connections.h"

#include <algorithm>
#include <utility>

#include "common/process.h"

namespace syncq {

Connection& Connections::make(ConnectionHost& host) {
  ConnectionId id = ++last_;
  auto made = std::make_unique<Connection>(host, loop_, id);
  return *(connections_[id] = std::move(made));
}

Connection* Connections::find(ConnectionId caller) {
  auto found = connections_.find(caller);
  return found == connections_.end() ? nullptr : found->second.get();
}

bool Connections::alive(ConnectionId caller) {
  Connection* connection = find(caller);
  return connection != nullptr && connection->alive();
}

bool Connections::stopped(ConnectionId caller) {
  Connection* connection = find(caller);
  return connection != nullptr && is_stopped(connection->peer().pid);
}

void Connections::notify(ConnectionId caller, const Notice& notice) {
  if (Connection* connection = find(caller)) connection->notify(notice);
}

void Connections::resume_scheduled() {
  for (ConnectionId caller : std::exchange(scheduled_, {})) {
    if (Connection* connection = find(caller)) connection->resume();
  }
}

// One at a time: many half-made answers would take that much more memory.
void Connections::go_on() {
  if (making_.empty()) return;
  Connection* connection = find(making_.front());
  if (connection == nullptr || !connection->go_on()) making_.pop_front();
}

void Connections::wake_at(ConnectionId caller, Instant when) {
  waking_.emplace(when, caller);
}

void Connections::wake_due(Instant now) {
  while (!waking_.empty() && waking_.begin()->first <= now) {
    auto [when, caller] = *waking_.begin();
    waking_.erase(waking_.begin());
    if (Connection* connection = find(caller)) connection->wake(when);
  }
}

std::optional<Instant> Connections::next_wake() const {
  if (waking_.empty()) return std::nullopt;
  return waking_.begin()->first;
}

// Looks at all of them, so let `count` be more than one.
void Connections::close_idle(std::size_t count) {
  std::vector<ConnectionId> idle;
  for (const auto& [caller, connection] : connections_) {
    if (connection->idle()) idle.push_back(caller);
  }
  // They are numbered in order of arrival.
  std::sort(idle.begin(), idle.end());
  if (idle.size() > count) idle.resize(count);
  for (ConnectionId caller : idle) find(caller)->close();
}

void Connections::drain() {
  for (auto& [caller, connection] : connections_) connection->drain();
}

std::size_t Connections::unsent() const {
  std::size_t sum = 0;
  for (const auto& [caller, connection] : connections_) {
    sum += connection->unsent();
  }
  return sum;
}

void Connections::close_all() {
  for (auto& [caller, connection] : connections_) connection->close();
}

}  // namespace syncq
