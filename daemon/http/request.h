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

// The process at the other end of a Unix socket, as the kernel says
// (SO_PEERCRED, unix(7)); pid 0 if it is not known.
struct Peer {
  uid_t uid = static_cast<uid_t>(-1);
  pid_t pid = 0;
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
  virtual void stream(std::string_view data, Promise promise) = 0;
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
  // what it can use out of `body`.
  virtual void body(std::string& body, ReplyWriter&) { body.clear(); }

  // How many bytes are made of an answer that takes more than one loop
  // iteration; none: it is no such answer.
  virtual std::optional<std::size_t> made() const { return std::nullopt; }
  // Its part of this iteration. Returns true with the last of the answer.
  virtual bool go_on(Instant, ReplyWriter&) { return false; }
};

}  // namespace syncq
