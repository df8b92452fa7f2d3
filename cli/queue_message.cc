#include "cli/queue_message.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/message.h"

namespace syncq {

Address queue_address(std::string_view queue) {
  Address address("/queues");
  address.segment(queue);
  return address;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kGroup = 3;
  std::string text;
  text.reserve((bytes.size() + 2) / kGroup * 4);
  for (std::size_t at = 0; at < bytes.size(); at += kGroup) {
    std::string_view group = bytes.substr(at, kGroup);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kGroup; ++i) {
      bits <<= 8;
      if (i < group.size()) bits |= static_cast<unsigned char>(group[i]);
    }
    for (std::size_t i = 0; i <= kGroup; ++i) {
      text += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

bool is_utf8(std::string_view bytes) {
  using nlohmann::json;
  try {
    // Throws where it is not: the one check of UTF-8 that we already have.
    (void)json(bytes).dump();
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

std::string message_json(std::string_view queue, const DaemonReply& message) {
  nlohmann::ordered_json json;
  json["queue"] = queue;
  json["id"] = message.message_id;
  json["attempt"] = std::strtoll(message.attempt.c_str(), nullptr, 10);
  json["lease"] = nullptr;
  if (!message.lease.empty()) json["lease"] = message.lease;
  json["type"] = message.content_type;
  bool text = is_utf8(message.body);
  json["encoding"] = text ? "text" : "base64";
  json["body"] = text ? message.body : base64(message.body);
  return json.dump();
}

void print_message(std::string_view queue, const DaemonReply& message,
                   const ClientOptions& options) {
  if (options.json()) return print_line(message_json(queue, message));
  print(message.body);
  if (isatty(STDOUT_FILENO) == 1 && !message.body.ends_with('\n')) print("\n");
}

int report_no_message(const DaemonReply& reply, std::string_view doing,
                      const ClientOptions& options) {
  if (options.quiet && error_code(reply) == "empty") return kExitFailed;
  return report_error(reply, doing);
}

}  // namespace syncq
