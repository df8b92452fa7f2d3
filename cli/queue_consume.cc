#include <fmt/format.h>

#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/exit_code.h"
#include "cli/message.h"
#include "cli/print_reply.h"
#include "cli/queue_message.h"
#include "cli/verbs.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "INDEX counts from 0, the head. The message's very bytes are written and "
    "nothing\nelse; -o json is as in `queue pop`.\n\n"
    "Examples:\n"
    "  syncq queue consume jobs 0\n"
    "  syncq queue consume jobs 41 > job\n\n"
    "Exit codes: 0 a message; 1 none there, or failed; 2 usage\n\n";

}  // namespace

int queue_consume_verb(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  std::string index;
  CommandLine line("syncq queue consume [OPTIONS] QUEUE INDEX",
                   "Take the message at an index.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.required("INDEX", index, "Which one; 0 is the oldest");
  line.flag("-q,--quiet", options.quiet, "Say nothing where none is there");
  line.client(options);
  line.footer(std::string(kHelp) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;

  Address address = queue_address(queue);
  address.segment("consume").segment(index);
  Client client(options);
  // Once more would be the next message.
  DaemonReply reply = client.call("POST", address, Repeat::kUnsafe);
  std::string doing = fmt::format("consuming from queue '{}'", queue);
  if (!reply.ok()) return report_no_message(reply, doing, options);
  print_message(queue, reply, options);
  return kExitOk;
}

}  // namespace syncq
