#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_take.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "LEASE is what `queue pop --lease` or the field Syncq-Lease gave.\n\n"
    "Example:\n"
    "  syncq queue ack jobs \"$(cat id)\"\n\n"
    "Exit codes: 0 done; 1 the lease is over: the message may have gone to "
    "another; 2 usage\n\n";

}  // namespace

int queue_ack_command(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  std::string lease;
  CommandLine line("syncq queue ack [OPTIONS] QUEUE LEASE",
                   "Say that a leased message is done: it is removed.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.required("LEASE", lease, "The lease's id");
  line.client(options);
  line.footer(kHelp);
  if (auto code = line.parse(arguments)) return *code;

  Client client(options);
  DaemonReply reply = client.call("POST", lease_target(queue, "ack", lease),
                                  Repeat::kIdempotent);
  require_ok(client, reply, fmt::format("acknowledging lease '{}'", lease),
             {.queue = queue, .lease = lease});
  print_reply(reply, options, "");
  return kExitOk;
}

}  // namespace syncq
