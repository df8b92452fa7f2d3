#pragma once

#include <cstddef>
#include <vector>

#include "daemon/http/outbox.h"
#include "daemon/http/reply.h"

namespace syncq {

// What a connection has put into its outbox within the current transaction, so
// that errors can take its place. Knows no socket. One thread.
class StagedAnswers {
 public:
  // An answer. `head_only`: to HEAD.
  void add(bool head_only) { head_only_.push_back(head_only); }
  // An answer that is a stream, in `chunked` coding or up to the end of the
  // connection.
  void add_stream(bool chunked, bool head_only = false) {
    add(head_only);
    stream_ = {true, true, chunked};
  }
  // A line of the stream which says what the client may rely on.
  void add_line() {
    if (!stream_.is_new) ++lines_;
  }
  // The request in hand is answered.
  void end_request() { stream_.open = stream_.is_new = false; }
  // Leave to send the body.
  void add_continue() { continue_ = true; }

  bool streaming() const { return stream_.open; }
  bool chunked() const { return stream_.chunked; }

  void commit();

  // What of the connection decides on the errors.
  struct State {
    bool closing = false;         // it closes after the last of the answers
    bool waits_for_body = false;  // of the request in hand
    WallMillis wall = 0;
  };
  // Each answer becomes the error, and all of `out` may be sent. A stream that
  // began earlier is told on it, one that is new never began. The errors say
  // nothing of the store: if the next transaction is aborted as well, they
  // stay. Returns false if a stream is broken by it: the connection has to
  // close.
  [[nodiscard]] bool abort(Outbox& out, const Refusal& why, const State& state);

 private:
  struct Stream {
    bool open = false;
    bool is_new = false;
    bool chunked = true;
  };
  Stream stream_;
  std::vector<bool> head_only_;  // one an answer
  std::size_t lines_ = 0;
  bool continue_ = false;
};

}  // namespace syncq
