#include "cli/options/command_line.h"
#include "cli/queue/lease_command.h"
#include "cli/queue/queue_commands.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueExtendHelp =
    "The leases then end this long from now. Of several those that are over "
    "are told, and\nkeep none of the others from it.\n\n"
    "Example:\n"
    "  syncq queue extend jobs \"$(cat id)\" --by 5m\n\n"
    "Exit codes: 0 done; 1 a lease is over; 2 usage\n\n";

}  // namespace

int queue_extend_command(Arguments arguments) {
  ClientOptions options;
  LeaseRequest request;
  request.verb = "extend";
  std::string by = "30s";
  CommandLine line("syncq queue extend [OPTIONS] QUEUE LEASE...",
                   "Keep leases for longer.");
  line.required("QUEUE", request.queue, "The queue's name or UUID");
  line.words("LEASE", request.leases, "The leases' ids");
  line.duration("--by", by, "How long from now they are to last (default 30s)");
  line.client(options);
  line.footer(kQueueExtendHelp);
  if (auto code = line.parse(arguments)) return *code;
  request.parameters = {{"by", by}};
  return settle_leases(options, std::move(request), "extending");
}

}  // namespace syncq
