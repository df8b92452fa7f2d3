#pragma once

#include <uv.h>

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "daemon/connection.h"

namespace syncq {

// All connections of the daemon: makes them, names them, closes them, and
// brings the engines' notices to them. One thread.
class Connections final : public Callers {
 public:
  explicit Connections(uv_loop_t* loop) : loop_(loop) {}

  Connection& make(ConnectionHost& host, Connection::Transport transport);
  void forget(CallerId caller) { connections_.erase(caller); }

  bool alive(CallerId caller) override;
  void notify(CallerId caller, const Notice& notice) override;

  void schedule(CallerId caller) { scheduled_.push_back(caller); }
  bool any_scheduled() const { return !scheduled_.empty(); }
  // Resumes those that were scheduled.
  void resume_scheduled();

  void close_at(CallerId caller, Instant when);
  void close_due(Instant now);
  std::optional<Instant> next_close() const;
  void close_all();

  std::size_t size() const { return connections_.size(); }

 private:
  Connection* find(CallerId caller);

  uv_loop_t* loop_;
  CallerId last_ = 0;
  std::unordered_map<CallerId, std::unique_ptr<Connection>> connections_;
  std::vector<CallerId> scheduled_;
  std::multimap<Instant, CallerId> closing_;
};

}  // namespace syncq
