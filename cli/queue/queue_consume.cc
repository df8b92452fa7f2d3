#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_hand_over.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueConsumeHelp =
    "INDEX counts from 0, the head. The message's exact bytes are written and "
    "nothing\nelse; -o json is as in `queue pop`.\n\n"
    "Examples:\n"
    "  syncq queue consume jobs 0\n"
    "  syncq queue consume jobs 41 > job\n\n"
    "Exit codes: 0 a message; 1 none there; 66 no such queue; 69 no daemon; 75 "
    "the\nqueue is paused or at its limits; 2 usage\n\n";

}  // namespace

int queue_consume_command(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  std::string index;
  CommandLine line("syncq queue consume [OPTIONS] QUEUE INDEX",
                   "Take the message at an index.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.required("INDEX", index, "Which one; 0 is the oldest");
  line.flag("-q,--quiet", options.quiet, "Say nothing if there is none");
  line.client(options);
  line.footer(kQueueConsumeHelp);
  if (auto code = line.parse(arguments)) return *code;

  return read_queue([&] {
    Client client(options);
    KeptConnection connection(client);
    std::string doing = fmt::format("consuming from queue '{}'", queue);
    TakeRequest request;
    request.queue = queue;
    request.what = {"consume", index};
    HandOver out(connection, queue, doing, [&](const DaemonReply& message) {
      return message_bytes(queue, message, options);
    });
    DaemonReply reply = out.take(request);
    return reply.ok() ? kExitOk
                      : report_no_message(client, reply, doing, options,
                                          {.queue = queue, .index = index});
  });
}

}  // namespace syncq
