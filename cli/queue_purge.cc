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
    "The queue itself stays. Leased and delayed messages go too.\n\n"
    "Example:\n"
    "  syncq queue purge jobs\n\n"
    "Exit codes: 0 empty; 1 no such queue, or failed; 2 usage\n\n";

}  // namespace

int queue_purge_verb(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  CommandLine line("syncq queue purge [OPTIONS] QUEUE",
                   "Take all messages out of a queue and keep it.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.client(options);
  line.footer(std::string(kHelp) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;

  Address address = queue_address(queue);
  address.segment("messages");
  Client client(options);
  DaemonReply reply = client.call("DELETE", address, Repeat::kSafe);
  require_ok(reply, fmt::format("emptying queue '{}'", queue));
  return kExitOk;
}

}  // namespace syncq
