#include "cli/options/command_line.h"
#include "cli/queue/lease_command.h"
#include "cli/queue/queue_commands.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueNackHelp =
    "A message goes back to its old place, or, after the queue's "
    "--max-attempts, to its dead\nletter queue. With --dead it goes there at "
    "once: to the queue's own, or to QUEUE.dead.\nOf several leases those that "
    "are over are told, and keep none of the others from it.\n\n"
    "Examples:\n"
    "  syncq queue nack jobs \"$(cat id)\" --delay 30s\n"
    "  syncq queue nack jobs \"$(cat id)\" --dead --reason 'no such user'\n\n"
    "Exit codes: 0 done; 1 a lease is over; 2 usage\n\n";

}  // namespace

int queue_nack_command(Arguments arguments) {
  ClientOptions options;
  LeaseRequest request;
  request.verb = "nack";
  std::string delay;
  std::string reason;
  bool dead = false;
  CommandLine line("syncq queue nack [OPTIONS] QUEUE LEASE...",
                   "Give leased messages back.");
  line.required("QUEUE", request.queue, "The queue's name or UUID");
  line.words("LEASE", request.leases, "The leases' ids");
  line.duration("--delay", delay, "Not to be read before this long");
  line.flag("--dead", dead, "To the dead letter queue");
  line.option("--reason", reason, "Why it failed; a dead letter keeps it");
  line.client(options);
  line.footer(kQueueNackHelp);
  if (auto code = line.parse(arguments)) return *code;
  if (!delay.empty()) request.parameters.emplace_back("delay", delay);
  if (dead) request.parameters.emplace_back("dead", "true");
  if (!reason.empty()) request.parameters.emplace_back("reason", reason);
  return settle_leases(options, std::move(request), "giving back");
}

}  // namespace syncq
