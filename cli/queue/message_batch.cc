#include "cli/queue/message_batch.h"

#include "cli/base/failure.h"
#include "cli/client/json_fields.h"
#include "common/base64.h"

namespace syncq {
namespace {

DaemonReply read_message(std::string_view line) {
  nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  DaemonReply message;
  message.status = 200;
  message.message_id = field_text(json, "id");
  message.attempt = field_text(json, "attempt");
  message.lease = field_text(json, "lease");
  message.content_type = field_text(json, "type");
  message.group = field_text(json, "group");
  const nlohmann::json& dead = field_of(json, "dead");
  message.dead_from = field_text(dead, "from");
  message.dead_attempts = field_text(dead, "attempts");
  message.dead_reason = field_text(dead, "reason");
  message.dead_since = field_text(dead, "since");
  message.body = field_text(json, "body");
  std::optional<std::string> bytes = message.body;
  if (field_text(json, "encoding") == "base64") {
    bytes = base64_decode(message.body);
  }
  if (message.message_id.empty() || !bytes) {
    throw Failure("the daemon answered with what is no message");
  }
  message.body = std::move(*bytes);
  return message;
}

}  // namespace

Messages messages_of(std::string_view lines) {
  Messages messages;
  while (!lines.empty()) {
    std::size_t end = std::min(lines.find('\n'), lines.size());
    messages.push_back(read_message(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  if (messages.empty()) throw Failure("the daemon answered with no message");
  return messages;
}

Leases leases_of(const Messages& messages) {
  Leases leases;
  for (const DaemonReply& each : messages) leases.push_back(each.lease);
  return leases;
}

std::string with_end(std::string_view body, char end) {
  std::string text(body);
  if (end != '\n' || !text.ends_with('\n')) text += end;
  return text;
}

}  // namespace syncq
