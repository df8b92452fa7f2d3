#pragma once

#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"

namespace syncq {

class JsonObject;

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kJsonLines = "application/x-ndjson";

// What an answer promises about what it tells.
enum class Promise {
  kNone,       // nothing: dropped on an abort, or if unread for long
  kProcess,    // it outlives the daemon, but not the machine's power: enough
               // for what ends with that as well
  kPowerLoss,  // it is on stable storage
};

// One whole answer.
struct Reply {
  int status = 200;
  std::string_view content_type = kJson;
  std::string body;
  // More header lines, each with its CRLF. The caller's, like the type.
  std::string_view fields = {};
  Promise promise = Promise::kPowerLoss;
  // Names a body that others may be sent as well; empty: it is this answer's
  // own.
  std::string_view id = {};
};

// The body of an error, to which members may be added.
JsonObject error_json(const Refusal& refusal);
Reply error_reply(const Refusal& refusal);
// Why a daemon that is stopping does nothing more.
Refusal going_down();

// Permission to send a body, RFC 9110, section 15.2.1.
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What an answer's head says beside it.
struct Framing {
  WallMillis date = 0;
  bool close = false;      // the connection ends with it
  bool head_only = false;  // it answers HEAD: the body is only measured
};

// Appends the answer as HTTP/1.1 bytes. One thread.
void append_reply(std::string& out, const Reply& reply, const Framing& framing);
// The same without the body.
void append_reply_head(std::string& out, const Reply& reply,
                       const Framing& framing);
// Appends the head of an answer that comes in chunks; `chunked` is false for
// HTTP/1.0, where the end of the connection ends it.
void append_stream_head(std::string& out, std::string_view content_type,
                        bool chunked, WallMillis date);
void append_chunk(std::string& out, std::string_view data, bool chunked);
void append_last_chunk(std::string& out, bool chunked);

// The line that ends a stream of JSON lines early.
std::string ended_line(const Refusal& why);

}  // namespace syncq
