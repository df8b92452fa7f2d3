#include "daemon/connections.h"

#include <utility>

namespace syncq {

Connection& Connections::make(ConnectionHost& host,
                              Connection::Transport transport) {
  CallerId id = ++last_;
  auto made = std::make_unique<Connection>(host, loop_, transport, id);
  return *(connections_[id] = std::move(made));
}

Connection* Connections::find(CallerId caller) {
  auto found = connections_.find(caller);
  return found == connections_.end() ? nullptr : found->second.get();
}

bool Connections::alive(CallerId caller) {
  Connection* connection = find(caller);
  return connection != nullptr && connection->alive();
}

void Connections::notify(CallerId caller, const Notice& notice) {
  if (Connection* connection = find(caller)) connection->notify(notice);
}

void Connections::resume_scheduled() {
  for (CallerId caller : std::exchange(scheduled_, {})) {
    if (Connection* connection = find(caller)) connection->resume();
  }
}

void Connections::close_at(CallerId caller, Instant when) {
  closing_.emplace(when, caller);
}

void Connections::close_due(Instant now) {
  while (!closing_.empty() && closing_.begin()->first <= now) {
    CallerId caller = closing_.begin()->second;
    closing_.erase(closing_.begin());
    if (Connection* connection = find(caller)) connection->close();
  }
}

std::optional<Instant> Connections::next_close() const {
  if (closing_.empty()) return std::nullopt;
  return closing_.begin()->first;
}

void Connections::close_all() {
  for (auto& [caller, connection] : connections_) connection->close();
}

}  // namespace syncq
