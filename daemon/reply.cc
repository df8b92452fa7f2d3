#include "daemon/reply.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "common/version.h"

namespace syncq {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Internal Server Error";
  }
}

void append_status(std::string& out, int status) {
  fmt::format_to(std::back_inserter(out),
                 FMT_COMPILE("HTTP/1.1 {} {}\r\nServer: syncq/{}\r\n"), status,
                 reason(status), kVersion);
}

}  // namespace

Reply error_reply(const Refusal& refusal) {
  Reply reply;
  reply.status = error_status(refusal.code);
  reply.body =
      fmt::format(R"({{"error":"{}","message":{}}})", error_name(refusal.code),
                  json_string(refusal.message));
  reply.body += '\n';
  return reply;
}

// Written by hand: Beast's serializer wants a container of fields for each
// answer, which is an allocation a field.
void append_reply(std::string& out, const Reply& reply, bool close) {
  append_status(out, reply.status);
  // RFC 9110, section 8.6: no Content-Length in a 204.
  if (reply.status != 204) {
    if (!reply.content_type.empty()) {
      fmt::format_to(std::back_inserter(out),
                     FMT_COMPILE("Content-Type: {}\r\n"), reply.content_type);
    }
    fmt::format_to(std::back_inserter(out),
                   FMT_COMPILE("Content-Length: {}\r\n"), reply.body.size());
  }
  out += reply.fields;
  out += close ? "Connection: close\r\n\r\n" : "\r\n";
  out += reply.body;
}

void append_stream_head(std::string& out, std::string_view content_type,
                        bool chunked) {
  append_status(out, 200);
  fmt::format_to(std::back_inserter(out), "Content-Type: {}\r\n{}\r\n\r\n",
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
  return fmt::format(R"({{"event":"ended","error":"{}","message":{}}})"
                     "\n",
                     error_name(why.code), json_string(why.message));
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false,
                                   nlohmann::json::error_handler_t::replace);
}

std::string json_string_or_null(std::string_view text) {
  return text.empty() ? "null" : json_string(text);
}

}  // namespace syncq
