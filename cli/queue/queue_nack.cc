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
    "The message goes back to its old place, or, after the queue's "
    "--max-attempts,\nto its dead letter queue. With --dead it goes there at "
    "once: to the queue's own, or to\nQUEUE.dead.\n\n"
    "Examples:\n"
    "  syncq queue nack jobs \"$(cat id)\" --delay 30s\n"
    "  syncq queue nack jobs \"$(cat id)\" --dead --reason 'no such user'\n\n"
    "Exit codes: 0 done; 1 the lease is over; 2 usage\n\n";

}  // namespace

int queue_nack_command(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  std::string lease;
  std::string delay;
  std::string reason;
  bool dead = false;
  CommandLine line("syncq queue nack [OPTIONS] QUEUE LEASE",
                   "Give a leased message back.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.required("LEASE", lease, "The lease's id");
  line.duration("--delay", delay, "Not to be read before this long");
  line.flag("--dead", dead, "To the dead letter queue");
  line.option("--reason", reason, "Why it failed; a dead letter keeps it");
  line.client(options);
  line.footer(kHelp);
  if (auto code = line.parse(arguments)) return *code;

  RequestTarget address = lease_target(queue, "nack", lease);
  address.add_given("delay", delay);
  address.add_flag("dead", dead);
  address.add_given("reason", reason);
  Client client(options);
  DaemonReply reply = client.call("POST", address, Repeat::kIdempotent);
  require_ok(client, reply, fmt::format("giving back lease '{}'", lease),
             {.queue = queue, .lease = lease});
  print_reply(reply, options, "");
  return kExitOk;
}

}  // namespace syncq
