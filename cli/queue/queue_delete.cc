#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"
#include "cli/queue/queue_take.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueDeleteHelp =
    "An ID is what `queue show` prints, and stays the message's own. A leased "
    "message goes\ntoo: the lease of who has it in hand is over. Every ID is "
    "tried, and each failure\nreported.\n\n"
    "Examples:\n"
    "  syncq queue delete jobs 3-17 3-18\n\n"
    "Exit codes: 0 all gone; 1 at least one was not there, or failed; 2 "
    "usage\n\n";

}  // namespace

int queue_delete_command(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  std::vector<std::string> ids;
  CommandLine line("syncq queue delete [OPTIONS] QUEUE ID...",
                   "Remove messages from a queue.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.words("ID", ids, "The ids of messages");
  line.client(options);
  line.footer(kQueueDeleteHelp);
  if (auto code = line.parse(arguments)) return *code;

  Client client(options);
  int code = kExitOk;
  std::vector<std::string> removed;
  for (const std::string& id : ids) {
    RequestTarget address = queue_target(queue);
    address.segment("messages").segment(id);
    DaemonReply reply = client.call("DELETE", address, Repeat::kIdempotent);
    if (reply.ok()) {
      removed.push_back(id);
      continue;
    }
    code = report_error(
        client, reply,
        fmt::format("deleting message {} of queue '{}'", id, queue),
        {.queue = queue, .verb = "delete"});
    if (is_no_queue(reply)) break;
  }
  if (options.json()) print_json({{"removed", removed}});
  return code;
}

}  // namespace syncq
