#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "cli/client/client.h"
#include "common/http_response_parser.h"

namespace syncq {

// Common to all messages of one push.
struct PushHead {
  std::string queue;
  std::string delay;
  std::string ttl;
  std::string type;
  std::string group;
  // The idempotency key: a message sent again is stored once.
  std::string key;
  // Several messages under one key carry sequence numbers from 1.
  bool sequenced = false;
};

// Pushes messages over one connection, many under way at once, in order. If the
// connection is lost, it connects again, starting the daemon if needed, and
// resends what was not acknowledged. Memory is bounded: see room(). Blocks only
// to connect. One thread.
class PushStream {
 public:
  PushStream(Client& client, PushHead head);

  // Whether another message may be added: not while too much is under way.
  bool room() const;
  void add(std::string_view body);

  // For poll(2); fd is -1 if there is nothing to wait for.
  int fd() const;
  short events() const;
  // When to call advance() even if nothing is ready.
  Deadline wake() const;
  // Sends and reads what it can. Throws Failure if a message is refused or the
  // daemon stays away.
  void advance();

  std::uint64_t acknowledged() const { return acknowledged_; }
  std::size_t under_way() const { return lengths_.size(); }
  // Of those under way when advance() threw: whether some may be stored. After
  // a refusal none is: the daemon stores no message after a missing one.
  bool in_doubt() const { return !refused_ && !lengths_.empty(); }

 private:
  void reconnect();
  void disconnect();
  bool send_some();
  bool receive_some();
  void take_reply();
  void acknowledge();
  void give_up_if_late() const;

  Client& client_;
  PushHead head_;
  std::string fixed_;  // the head's lines common to all
  Link link_;
  ResponseParser parser_;
  std::string unread_;  // answers' bytes that the parser could not take yet
  // The requests not acknowledged, one after the other, from base_ on.
  std::string bytes_;
  std::size_t base_ = 0;
  std::size_t sent_ = 0;      // on this connection
  std::size_t furthest_ = 0;  // on any
  std::deque<std::size_t> lengths_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t added_ = 0;
  bool writable_ = true;
  bool refused_ = false;
  // Not before this: a daemon that shuts down gets time to end.
  std::optional<Deadline> retry_at_;
  Deadline give_up_ = Deadline::never();
};

}  // namespace syncq
