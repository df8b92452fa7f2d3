#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/confirm.h"
#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"
#include "cli/queue/queue_size.h"

namespace syncq {
namespace {

constexpr std::string_view kQueuePurgeHelp =
    "The queue itself stays. Leased and delayed messages go too. On a "
    "terminal it asks\nfirst.\n\n"
    "Examples:\n"
    "  syncq queue purge jobs\n"
    "  syncq queue purge -y jobs\n\n"
    "Exit codes: 0 empty; 1 no such queue, failed, or kept; 2 usage\n\n";

}  // namespace

int queue_purge_command(Arguments arguments) {
  ClientOptions options;
  bool yes = false;
  std::string queue;
  CommandLine line("syncq queue purge [OPTIONS] QUEUE",
                   "Remove all messages from a queue and keep it.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.flag("-y,--yes", yes, "Don't ask");
  line.flag("-q,--quiet", options.quiet, "Don't say what was removed");
  line.client(options);
  line.footer(kQueuePurgeHelp);
  if (auto code = line.parse(arguments)) return *code;

  std::string doing = fmt::format("emptying queue '{}'", queue);
  Client client(options);
  // A queue that does not exist is refused below.
  std::uint64_t count = count_messages(client, queue, doing).value_or(0);
  std::string what = messages_text(count);
  if (count > 0 && !yes &&
      !confirm(fmt::format("remove {} from queue '{}'?", what, queue))) {
    return kExitFailed;
  }
  RequestTarget address = queue_target(queue);
  address.segment("messages");
  DaemonReply reply = client.call("DELETE", address, Repeat::kIdempotent);
  require_ok(client, reply, doing, {.queue = queue});
  if (options.json()) print_json({{"messages", count}});
  if (!options.quiet) say(fmt::format("removed {} from {}", what, queue));
  return kExitOk;
}

}  // namespace syncq
