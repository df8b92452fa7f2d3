#include <fmt/format.h>

#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/message.h"
#include "cli/print_reply.h"
#include "cli/queue_message.h"
#include "cli/verbs.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "The messages in them go too. Whoever waits at one is told so. One that "
    "does not exist\nis no error. Every queue is tried, and each failure "
    "reported.\n\n"
    "Example:\n"
    "  syncq queue rm jobs jobs.dead\n\n"
    "Exit codes: 0 all gone; 1 at least one failed; 2 usage\n\n";

// Whether it is gone.
bool remove_one(Client& client, const std::string& queue) {
  try {
    DaemonReply reply =
        client.call("DELETE", queue_address(queue), Repeat::kSafe);
    require_ok(reply, fmt::format("removing queue '{}'", queue));
    return true;
  } catch (const Failure& failure) {
    say(failure.what());
    return false;
  }
}

}  // namespace

int queue_rm_verb(Arguments arguments) {
  ClientOptions options;
  std::vector<std::string> queues;
  CommandLine line("syncq queue rm [OPTIONS] QUEUE...",
                   "Remove queues and what is in them.");
  line.words("QUEUE", queues, "Names or UUIDs");
  line.client(options);
  line.footer(std::string(kHelp) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;

  Client client(options);
  bool all_gone = true;
  for (const std::string& queue : queues) {
    all_gone = remove_one(client, queue) && all_gone;
  }
  return all_gone ? kExitOk : kExitFailed;
}

}  // namespace syncq
