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
    "The lease then ends this long from now.\n\n"
    "Example:\n"
    "  syncq queue extend jobs \"$(cat id)\" --by 5m\n\n"
    "Exit codes: 0 done; 1 the lease is over; 2 usage\n\n";

}  // namespace

int queue_extend_command(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  std::string lease;
  std::string by = "30s";
  CommandLine line("syncq queue extend [OPTIONS] QUEUE LEASE",
                   "Keep a lease for longer.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.required("LEASE", lease, "The lease's id");
  line.duration("--by", by, "How long from now it is to last (default 30s)");
  line.client(options);
  line.footer(kHelp);
  if (auto code = line.parse(arguments)) return *code;

  RequestTarget address = lease_target(queue, "extend", lease);
  address.add("by", by);
  Client client(options);
  DaemonReply reply = client.call("POST", address, Repeat::kIdempotent);
  require_ok(client, reply, fmt::format("extending lease '{}'", lease),
             {.queue = queue, .lease = lease});
  print_reply(reply, options, "");
  return kExitOk;
}

}  // namespace syncq
