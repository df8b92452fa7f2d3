#include "cli/run/join.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/text.h"
#include "cli/base/wait_notice.h"
#include "cli/client/explain.h"
#include "cli/client/json_fields.h"
#include "cli/client/kept_connection.h"
#include "common/duration.h"
#include "common/signal_names.h"

namespace syncq {
namespace {

// How long the daemon may stay away.
constexpr Duration kPatience = std::chrono::seconds(30);

DaemonReply wait_for_end(Client& client, const RunOptions& options,
                         const std::string& ticket, Deadline limit) {
  WaitNotice notice(fmt::format("the end of the run that waits already in {}",
                                sanitize(options.name)),
                    options.client.quiet);
  KeptConnection connection(client);
  connection.tell_by(notice);
  auto address = [&] {
    RequestTarget join("/fifo");
    join.segment(options.name).segment("join").segment(ticket);
    // 0 would be no limit.
    constexpr Duration kLeast = std::chrono::milliseconds(1);
    if (!limit.is_never()) {
      join.add("timeout", format_duration(std::max(limit.left(), kLeast)));
    }
    return join;
  };
  return *connection.request_with_retry("POST", address, Answer::kMayBlock,
                                        kPatience, limit);
}

}  // namespace

std::optional<int> join_turn(Client& client, const RunOptions& options,
                             const std::string& ticket, Deadline limit) {
  DaemonReply reply = wait_for_end(client, options, ticket, limit);
  if (error_code(reply) == "still_waiting") {
    throw Failure("the run that waited already did not end in time",
                  kExitNotInTime);
  }
  require_ok(client, reply, "joining the run that waits already",
             {.fifo = options.name, .ticket = ticket, .verb = "join"});
  nlohmann::json over = parse_body(reply);
  const std::string end = field_text(over, "end");
  if (end == "replaced") return std::nullopt;
  const nlohmann::json& status = field_of(over, "exit_status");
  if (status.is_number_integer()) return status.get<int>();
  if (auto signal = signal_number(field_text(over, "signal"))) {
    return kExitSignalBase + *signal;
  }
  if (end == "cancelled" || end == "wait_timeout") {
    throw Failure("the run that waited already did not get its turn",
                  kExitNotInTime);
  }
  throw Failure(
      "how the run that waited already has ended is not known; look at what it "
      "did",
      kExitOwnFailure);
}

}  // namespace syncq
