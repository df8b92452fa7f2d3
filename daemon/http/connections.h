#pragma once

#include <uv.h>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "daemon/http/connection.h"

namespace syncq {

// All connections of the daemon: makes them, names them, closes them, and
// brings the engines' notices to them. One thread.
class Connections final : public Notifier {
 public:
  Connections(uv_loop_t* loop, const InFlight& in_flight)
      : loop_(loop), in_flight_(in_flight) {}

  Connection& make(ConnectionHost& host, Transport transport);
  void forget(ConnectionId caller);

  bool alive(ConnectionId caller) override;
  bool stopped(ConnectionId caller) override;
  void notify(ConnectionId caller, const Notice& notice) override;
  bool keeps_up(ConnectionId caller) override;
  bool has_room() override { return in_flight_.admits(kSmall + 1); }

  void schedule(ConnectionId caller) { scheduled_.push_back(caller); }
  bool any_scheduled() const { return !scheduled_.empty(); }
  // Resumes those that were scheduled.
  void resume_scheduled();

  // Each has its long answer made, one after the other.
  void make_answer(ConnectionId caller) { making_.push_back(caller); }
  bool makes_answers() const { return !making_.empty(); }
  // One slice of the first.
  void go_on();

  void wake_at(ConnectionId caller, Instant when);
  void wake_due(Instant now);
  std::optional<Instant> next_wake() const;
  void close_all();
  // Closes each once what is under way is sent.
  void drain();
  std::size_t unsent() const;

  // Closes up to `count` idle connections, the oldest first.
  void close_idle(std::size_t count);
  // The same of those over TCP that are idle or strangers.
  void close_idle_remote(std::size_t count);
  // The same of strangers.
  void close_strangers(std::size_t count);

  std::size_t size() const { return connections_.size(); }
  // How many of them are over TCP.
  std::size_t remote() const { return remote_; }
  bool is_far(ConnectionId caller);
  // How many of those are strangers.
  std::size_t strangers() const { return strangers_; }
  // A request of it is let in: it is none any more.
  void let_in(ConnectionId caller);
  // -1 if it is none of them.
  int fd_of(ConnectionId caller);

 private:
  Connection* find(ConnectionId caller);
  template <typename Which>
  void close_oldest(std::size_t count, Which which);

  uv_loop_t* loop_;
  const InFlight& in_flight_;
  ConnectionId last_ = 0;
  std::size_t remote_ = 0;
  std::size_t strangers_ = 0;
  std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
  std::vector<ConnectionId> scheduled_;
  std::deque<ConnectionId> making_;
  std::multimap<Instant, ConnectionId> waking_;
};

}  // namespace syncq
