#include "cli/queue/lease_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"

namespace syncq {
namespace {

DaemonReply ask(Client& client, const LeaseRequest& request) {
  return client.call("POST", request.address(), Repeat::kIdempotent,
                     request.body());
}

int settle_one(const ClientOptions& options, const LeaseRequest& request,
               std::string_view doing) {
  Client client(options);
  const std::string& lease = request.leases.front();
  DaemonReply reply = ask(client, request);
  require_ok(client, reply, fmt::format("{} lease '{}'", doing, lease),
             {.queue = request.queue, .lease = lease});
  print_reply(reply, options, "");
  return kExitOk;
}

}  // namespace

int settle_leases(const ClientOptions& options, LeaseRequest request,
                  std::string_view doing) {
  if (request.leases.size() == 1) return settle_one(options, request, doing);
  Client client(options);
  std::vector<std::string> leases;
  leases.swap(request.leases);
  std::size_t done = 0;
  std::vector<std::string> expired;
  for (auto at = leases.begin(); at != leases.end();) {
    auto count = std::min<std::ptrdiff_t>(kMostAtOnce, leases.end() - at);
    request.leases.assign(at, at + count);
    at += count;
    LeaseOutcome outcome = outcome_of(request, ask(client, request));
    require_ok(client, outcome.reply, fmt::format("{} leases", doing),
               {.queue = request.queue, .lease = request.leases.front()});
    done += request.leases.size() - outcome.expired.size();
    for (const std::string& lease : outcome.expired) {
      say(fmt::format(
          "{}: {}", doing,
          in_commands("expired", {.queue = request.queue, .lease = lease})));
      expired.push_back(lease);
    }
  }
  if (options.json()) print_json({{"done", done}, {"expired", expired}});
  return expired.empty() ? kExitOk : kExitFailed;
}

}  // namespace syncq
