#include "cli/queue/queue_message.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/json_fields.h"
#include "common/base64.h"
#include "common/characters.h"

namespace syncq {

RequestTarget queue_target(std::string_view queue) {
  RequestTarget address("/queues");
  address.segment(queue);
  return address;
}

std::string message_json(std::string_view queue, const DaemonReply& message) {
  nlohmann::ordered_json json;
  json["queue"] = queue;
  json["id"] = message.message_id;
  json["attempt"] = std::strtoll(message.attempt.c_str(), nullptr, 10);
  json["lease"] = nullptr;
  if (!message.lease.empty()) json["lease"] = message.lease;
  json["type"] = message.content_type;
  json["group"] = nullptr;
  if (!message.group.empty()) json["group"] = message.group;
  json["dead"] = nullptr;
  if (!message.dead_from.empty()) {
    json["dead"] = {
        {"from", message.dead_from},
        {"attempts", std::strtoll(message.dead_attempts.c_str(), nullptr, 10)},
        {"reason", message.dead_reason},
        {"since", message.dead_since}};
  }
  bool text = is_utf8(message.body);
  json["encoding"] = text ? "text" : "base64";
  json["body"] = text ? message.body : base64_encode(message.body);
  // A reason may be any bytes.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string message_bytes(std::string_view queue, const DaemonReply& message,
                          const ClientOptions& options) {
  if (options.json()) return message_json(queue, message) + "\n";
  bool bare = isatty(STDOUT_FILENO) != 1 || message.body.ends_with('\n');
  return bare ? message.body : message.body + "\n";
}

void print_message(std::string_view queue, const DaemonReply& message,
                   const ClientOptions& options) {
  print(message_bytes(queue, message, options));
}

MessageCounts count_messages(const DaemonReply& reply) {
  nlohmann::json body = parse_body(reply);
  const nlohmann::json& queue = field_of(body, "queue");
  auto number = [&](const char* key) {
    return field_of(queue, key).get<std::int64_t>();
  };
  // An older daemon has no blocked ones.
  return {number("size"), number("leased"), number("delayed"),
          queue.value("blocked", std::int64_t{0})};
}

int report_no_message(Client& client, const DaemonReply& reply,
                      std::string_view doing, const ClientOptions& options,
                      const Subject& subject) {
  std::string error = error_code(reply);
  if (options.quiet && error == "empty") return kExitFailed;
  bool withheld = error == "paused" || error == "limited";
  if (options.quiet && withheld) return kExitNotInTime;
  int code = report_error(client, reply, doing, subject);
  constexpr int kServerError = 500;
  if (reply.status >= kServerError) return kExitUnavailable;
  if (withheld) return kExitNotInTime;
  return error == "not_found" ? kExitNoQueue : code;
}

int read_queue(const std::function<int()>& work) {
  try {
    return work();
  } catch (const Unreachable& failure) {
    throw Failure(failure.what(), kExitUnavailable);
  } catch (const ConnectionLost& failure) {
    throw Failure(failure.what(), kExitUnavailable);
  }
}

}  // namespace syncq
