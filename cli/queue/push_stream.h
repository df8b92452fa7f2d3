#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "cli/client/client.h"
#include "common/http_response_parser.h"

namespace syncq {

// What every message of one push has in common.
struct PushHead {
  std::string queue;
  std::string delay;
  std::string ttl;
  std::string type;
  // The idempotency key: what is sent again is stored once.
  std::string key;
  // Several messages under the one key: they carry sequence numbers from 1.
  bool sequenced = false;
};

// Pushes messages over one connection, many under way at once, in order. A
// lost connection is made anew, the daemon started where needed, and what is
// not acknowledged is sent again. Memory is bounded: see room(). Never blocks
// but to connect. One thread.
class PushStream {
 public:
  PushStream(Client& client, PushHead head);

  // Whether another message may be added: not while too much is under way.
  bool room() const;
  void add(std::string_view body);

  // For poll(2); fd is -1 where nothing is to be waited for.
  int fd() const;
  short events() const;
  // When to call advance() though nothing is ready.
  Deadline wake() const;
  // Sends and reads what can be. Throws Failure where a message is refused or
  // the daemon stays away.
  void advance();

  std::uint64_t acknowledged() const { return acknowledged_; }
  std::size_t under_way() const { return lengths_.size(); }
  // Of those under way when advance() threw: whether some may be stored. After
  // a refusal none is: the daemon stores no message behind a missing one.
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
  std::string fixed_;  // the head's lines that are the same for all
  UniqueFd fd_;
  ResponseParser parser_;
  std::string unread_;  // of answers, what the parser could not take yet
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
  // Not before: a daemon on its way out is left the time to go.
  std::optional<Deadline> retry_at_;
  Deadline give_up_ = Deadline::never();
};

}  // namespace syncq
