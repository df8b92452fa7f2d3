#include "cli/options/command_line.h"
#include "cli/queue/lease_command.h"
#include "cli/queue/queue_commands.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueAckHelp =
    "LEASE is what `queue pop --lease` or the field Syncq-Lease gave. Of "
    "several leases\nthose that are over are told, and keep none of the others "
    "from it.\n\n"
    "Examples:\n"
    "  syncq queue ack jobs \"$(cat id)\"\n"
    "  xargs syncq queue ack jobs < ids\n\n"
    "Exit codes: 0 done; 1 a lease is over: its message may have gone to "
    "another; 2 usage\n\n";

}  // namespace

int queue_ack_command(Arguments arguments) {
  ClientOptions options;
  LeaseRequest request;
  request.verb = "ack";
  CommandLine line("syncq queue ack [OPTIONS] QUEUE LEASE...",
                   "Say that leased messages are done: they are removed.");
  line.required("QUEUE", request.queue, "The queue's name or UUID");
  line.words("LEASE", request.leases, "The leases' ids");
  line.client(options);
  line.footer(kQueueAckHelp);
  if (auto code = line.parse(arguments)) return *code;
  return settle_leases(options, std::move(request), "acknowledging");
}

}  // namespace syncq
