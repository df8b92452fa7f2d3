#include "daemon/http/connections.h"

#include <algorithm>
#include <utility>

#include "common/process.h"

namespace syncq {

Connection& Connections::make(ConnectionHost& host, Transport transport) {
  ConnectionId id = ++last_;
  auto made = std::make_unique<Connection>(host, loop_, transport, id);
  if (transport == Transport::kTcp) {
    ++remote_;
    ++strangers_;
  }
  return *(connections_[id] = std::move(made));
}

void Connections::forget(ConnectionId caller) {
  Connection* connection = find(caller);
  if (connection == nullptr) return;
  if (connection->is_remote()) --remote_;
  if (connection->is_stranger()) --strangers_;
  connections_.erase(caller);
}

bool Connections::is_far(ConnectionId caller) {
  Connection* connection = find(caller);
  return connection != nullptr && connection->is_far();
}

void Connections::let_in(ConnectionId caller) {
  Connection* connection = find(caller);
  if (connection == nullptr || !connection->is_stranger()) return;
  --strangers_;
  connection->let_in();
}

int Connections::fd_of(ConnectionId caller) {
  Connection* connection = find(caller);
  return connection == nullptr ? -1 : connection->fd();
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

bool Connections::keeps_up(ConnectionId caller) {
  Connection* connection = find(caller);
  return connection != nullptr && connection->keeps_up();
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
template <typename Which>
void Connections::close_oldest(std::size_t count, Which which) {
  std::vector<ConnectionId> found;
  for (const auto& [caller, connection] : connections_) {
    if (which(*connection)) found.push_back(caller);
  }
  // They are numbered in order of arrival.
  std::sort(found.begin(), found.end());
  if (found.size() > count) found.resize(count);
  for (ConnectionId caller : found) find(caller)->close();
}

void Connections::close_idle(std::size_t count) {
  close_oldest(count, [](const Connection& each) { return each.idle(); });
}

void Connections::close_idle_remote(std::size_t count) {
  close_oldest(count, [](const Connection& each) {
    return each.is_remote() && (each.is_stranger() || each.idle());
  });
}

void Connections::close_strangers(std::size_t count) {
  close_oldest(count,
               [](const Connection& each) { return each.is_stranger(); });
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
