#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kQueuePeekHelp =
    "INDEX counts from 0, the head, which is the default. The message's exact "
    "bytes are\nwritten and nothing else; -o json is as in `queue pop`.\n\n"
    "Examples:\n"
    "  syncq queue peek jobs\n"
    "  syncq queue peek jobs 41 -o json | jq -r .id\n\n"
    "Exit codes: 0 a message; 1 none there; 66 no such queue; 69 no daemon; 2 "
    "usage\n\n";

}  // namespace

int queue_peek_command(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  std::string index = "0";
  CommandLine line("syncq queue peek [OPTIONS] QUEUE [INDEX]",
                   "Read a message and leave it in its queue.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.option("INDEX", index, "Which one; 0 is the oldest (default 0)");
  line.flag("-q,--quiet", options.quiet, "Say nothing if there is none");
  line.client(options);
  line.footer(kQueuePeekHelp);
  if (auto code = line.parse(arguments)) return *code;

  return read_queue([&] {
    RequestTarget address = queue_target(queue);
    address.segment("peek").segment(index);
    Client client(options);
    DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
    std::string doing = fmt::format("peeking into queue '{}'", queue);
    if (!reply.ok())
      return report_no_message(client, reply, doing, options,
                               {.queue = queue, .index = index});
    print_message(queue, reply, options);
    return kExitOk;
  });
}

}  // namespace syncq
