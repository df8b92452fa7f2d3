#include "daemon/http/reply.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "common/append_all.h"
#include "common/version.h"
#include "daemon/http/json_text.h"

namespace syncq {
namespace {

std::string_view status_text(int status) {
  switch (status) {
    case 200:
      return "200 OK";
    case 201:
      return "201 Created";
    case 204:
      return "204 No Content";
    case 400:
      return "400 Bad Request";
    case 401:
      return "401 Unauthorized";
    case 403:
      return "403 Forbidden";
    case 404:
      return "404 Not Found";
    case 405:
      return "405 Method Not Allowed";
    case 408:
      return "408 Request Timeout";
    case 409:
      return "409 Conflict";
    case 410:
      return "410 Gone";
    case 413:
      return "413 Content Too Large";
    case 414:
      return "414 URI Too Long";
    case 415:
      return "415 Unsupported Media Type";
    case 431:
      return "431 Request Header Fields Too Large";
    case 501:
      return "501 Not Implemented";
    case 503:
      return "503 Service Unavailable";
    case 505:
      return "505 HTTP Version Not Supported";
    case 507:
      return "507 Insufficient Storage";
    default:
      return "500 Internal Server Error";
  }
}

constexpr std::string_view kEnd = "\r\n";

// The lines that each answer of this status begins with, made once a second:
// they end with the date, RFC 9110, sections 5.6.7 and 6.6.1.
std::string_view first_lines(int status, WallMillis date) {
  static std::time_t made_at = -1;
  static std::vector<std::pair<int, std::string>> made;
  std::time_t second = date / 1000;
  if (std::exchange(made_at, second) != second) made.clear();
  for (const auto& [of, lines] : made) {
    if (of == status) return lines;
  }
  made.emplace_back(
      status, fmt::format("HTTP/1.1 {}\r\nServer: syncq/{}\r\n"
                          "Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n",
                          status_text(status), kVersion, fmt::gmtime(second)));
  return made.back().second;
}

// RFC 9110, section 11.6.1. Browsers ask their user because of the first.
constexpr std::string_view kChallenges =
    "WWW-Authenticate: Basic realm=\"syncq\"\r\n"
    "WWW-Authenticate: Bearer realm=\"syncq\"\r\n";

}  // namespace

JsonObject error_json(const Refusal& refusal) {
  JsonObject json;
  json.add("error", error_name(refusal.code)).add("message", refusal.message);
  if (refusal.retry_after_ms != 0) {
    json.add("retry_after_ms", refusal.retry_after_ms);
  }
  return json;
}

Reply error_reply(const Refusal& refusal) {
  Reply reply;
  reply.status = error_status(refusal.code);
  reply.body = error_json(refusal).line();
  if (refusal.code == ErrorCode::kUnauthorized) reply.fields = kChallenges;
  return reply;
}

Refusal going_down() {
  return {ErrorCode::kShuttingDown, "the daemon is going down: connect again"};
}

// Written by hand: Beast's serializer wants a container of fields for each
// answer: one allocation per field.
void append_reply_head(std::string& out, const Reply& reply,
                       const Framing& framing) {
  out += first_lines(reply.status, framing.date);
  // RFC 9110, section 8.6: no Content-Length in a 204.
  if (reply.status != 204) {
    if (!reply.content_type.empty()) {
      append_all(out, "Content-Type: ", reply.content_type, kEnd);
    }
    append_all(out,
               "Content-Length: ", fmt::format_int(reply.body.size()).c_str(),
               kEnd);
  }
  append_all(out, reply.fields);
  if (framing.close) append_all(out, "Connection: close\r\n");
  out += kEnd;
}

void append_reply(std::string& out, const Reply& reply,
                  const Framing& framing) {
  append_reply_head(out, reply, framing);
  if (!framing.head_only) out += reply.body;
}

void append_stream_head(std::string& out, std::string_view content_type,
                        bool chunked, WallMillis date) {
  out += first_lines(200, date);
  // For nginx, which would keep small pieces until it has more of them.
  fmt::format_to(std::back_inserter(out),
                 "Content-Type: {}\r\nX-Accel-Buffering: no\r\n{}\r\n\r\n",
                 content_type,
                 chunked ? "Transfer-Encoding: chunked" : "Connection: close");
}

void append_chunk(std::string& out, std::string_view data, bool chunked) {
  if (!chunked) {
    out += data;
    return;
  }
  fmt::format_to(std::back_inserter(out), "{:x}\r\n{}\r\n", data.size(), data);
}

void append_last_chunk(std::string& out, bool chunked) {
  if (chunked) out += "0\r\n\r\n";
}

std::string ended_line(const Refusal& why) {
  return JsonObject()
      .add("event", "ended")
      .add("error", error_name(why.code))
      .add("message", why.message)
      .line();
}

}  // namespace syncq
