#pragma once

#include <sys/types.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/http_request_parser.h"
#include "daemon/commit/notifier.h"
#include "daemon/http/query.h"
#include "daemon/http/reply.h"

namespace syncq {

// Who is at the other end of a connection. Of a Unix socket the kernel says it
// (SO_PEERCRED, unix(7)). Of a remote one nothing is known but what it sends:
// it is nobody, and no process of this machine.
struct Peer {
  uid_t uid = static_cast<uid_t>(-1);
  pid_t pid = 0;  // 0 if it is not known
  bool remote = false;
  // How long one on another machine may be silent before it is taken for lost.
  Duration timeout{};
};

// The decoded segments that a route's pattern leaves open: {fifo}, ... Empty if
// it has fewer.
using OpenSegments = std::array<std::string, 2>;

// A request as a handler sees it, valid until the handler returns.
struct Request {
  const RequestHead& head;
  const OpenSegments& path;
  const Query& query;
  std::string& body;
  Peer peer;
  ConnectionId caller = 0;
  Instant now;
  WallMillis wall = 0;
};

// Where a request's answer goes: one reply(), or one stream.
class ReplyWriter {
 public:
  virtual ~ReplyWriter() = default;
  virtual void reply(Reply reply) = 0;
  virtual void start_stream(std::string_view content_type) = 0;
  // False: it was dropped, as what promises nothing is while the client does
  // not read.
  virtual bool stream(std::string_view data, Promise promise) = 0;
  virtual void end_stream() = 0;
};

// A request that is not answered, or not to its end, when its handler
// returns. Dies with its connection.
class ParkedRequest {
 public:
  virtual ~ParkedRequest() = default;
  // Returns true with the last of the answer.
  virtual bool notice(const Notice& notice, ReplyWriter& out) = 0;
  // More of the request's body, for endpoints that read it as it comes; takes
  // what it can use out of `body`. Returns true with the last of the answer.
  virtual bool body(std::string& body, ReplyWriter&) {
    body.clear();
    return false;
  }
  // How long its client may send nothing before it counts as lost; zero: for
  // ever. It may change with each part of the body.
  virtual Duration may_be_silent() const { return Duration::zero(); }

  // How many bytes are made of an answer that takes more than one loop
  // iteration; none: it is no such answer.
  virtual std::optional<std::size_t> made() const { return std::nullopt; }
  // Its part of this iteration. Returns true with the last of the answer.
  virtual bool go_on(Instant, ReplyWriter&) { return false; }
};

}  // namespace syncq
