#include "cli/client/client.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/base/deadline.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/json_fields.h"
#include "cli/client/other_version.h"
#include "common/version.h"

namespace syncq {
namespace {

constexpr int kServiceUnavailable = 503;
// Between two tries of a daemon that is shutting down, or was lost.
constexpr auto kBetweenTries = std::chrono::milliseconds(50);
// A daemon may be killed again before it answers. One that can't answer for so
// long is broken.
constexpr Duration kRepeatFor = std::chrono::seconds(2);

std::string text_of(const DaemonReply& reply, const char* key) {
  return field_text(nlohmann::json::parse(reply.body, nullptr, false), key);
}

}  // namespace

bool is_shutting_down(const DaemonReply& reply) {
  return reply.status == kServiceUnavailable &&
         error_code(reply) == "shutting_down";
}

Deadline next_bytes_by(const ResponseParser& parser, Answer answer) {
  bool may_block = answer == Answer::kMayBlock &&
                   parser.state() == ResponseParser::State::kHead;
  return may_block ? Deadline::never() : Deadline::after(kReplyBound);
}

std::string no_reply(const Target& target) {
  return fmt::format(
      "waiting for the daemon at {}: it did not answer within {} s; {}",
      target.address(),
      std::chrono::duration_cast<std::chrono::seconds>(kReplyBound).count(),
      target.way_out());
}

DaemonReply take_reply(ResponseParser& parser) {
  return {parser.status(),
          std::move(parser.body()),
          parser.content_type(),
          parser.syncq_field("syncq-message-id"),
          parser.syncq_field("syncq-attempt"),
          parser.syncq_field("syncq-lease"),
          parser.syncq_field("syncq-dead-from"),
          parser.syncq_field("syncq-dead-attempts"),
          parser.syncq_field("syncq-dead-reason"),
          parser.syncq_field("syncq-dead-since"),
          parser.syncq_field("syncq-group")};
}

Client::Client(const ClientOptions& options)
    : target_(find_target(options)), quiet_(options.quiet) {}

DaemonConnection Client::connect(Deadline limit) {
  return DaemonConnection(connect_or_spawn(target_, Await::kNothing, limit),
                          target_, limit);
}

DaemonReply Client::exchange(std::string_view request) {
  DaemonConnection connection = connect();
  connection.send(request);
  ResponseParser parser;
  while (parser.state() != ResponseParser::State::kDone) {
    if (!connection.receive(parser, next_bytes_by(parser, Answer::kSoon))) {
      throw Unreachable(no_reply(target_));
    }
  }
  note_version(parser.server());
  return take_reply(parser);
}

DaemonReply Client::call(std::string_view method, const RequestTarget& address,
                         Repeat repeat, std::string_view json) {
  std::string request = plain_request(method, address, target_, json);
  Deadline leaving = Deadline::after(kReplyBound);
  std::optional<Deadline> lost_for_good;
  for (;;) {
    try {
      DaemonReply reply = exchange(request);
      // A daemon shutting down has promised and done nothing.
      if (!is_shutting_down(reply) || leaving.passed()) return reply;
    } catch (const ConnectionLost& lost) {
      bool safe = repeat == Repeat::kIdempotent || !lost.sent();
      if (!safe) {
        throw Failure(
            fmt::format("{}; whether it was done is not known: look "
                        "before you repeat it",
                        lost.what()));
      }
      if (!lost_for_good) {
        // At once: most often another has been started.
        lost_for_good = Deadline::after(kRepeatFor);
        continue;
      }
      if (lost_for_good->passed()) throw;
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

void Client::note_version(std::string_view server) {
  constexpr std::string_view kProduct = "syncq/";
  if (noted_ || !server.starts_with(kProduct)) return;
  std::string_view version = server.substr(kProduct.size());
  if (version == kVersion) return;
  noted_ = true;
  meet_other_version(target_, version, quiet_);
}

std::string error_code(const DaemonReply& reply) {
  return text_of(reply, "error");
}

std::string other_ticket(const DaemonReply& reply) {
  return text_of(reply, "ticket");
}

std::string error_message(const DaemonReply& reply) {
  std::string message = text_of(reply, "message");
  if (!message.empty()) return message;
  return fmt::format("the daemon answered with status {}", reply.status);
}

int exit_code_of(const DaemonReply& refused) {
  std::string error = error_code(refused);
  bool malformed = error == "invalid_name" || error == "invalid_uuid" ||
                   error == "invalid_index";
  return malformed ? kExitUsage : exit_code_for_status(refused.status);
}

void require_ok(const DaemonReply& reply, std::string_view doing) {
  if (reply.ok()) return;
  throw Failure(fmt::format("{}: {}", doing, error_message(reply)),
                exit_code_of(reply));
}

}  // namespace syncq
