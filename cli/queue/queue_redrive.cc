#include <fmt/format.h>

#include <algorithm>

#include "cli/base/exit_code.h"
#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/client/explain.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueRedriveHelp =
    "QUEUE is where the dead letters are, such as jobs.dead. They go to the "
    "tail of the\nqueue that each failed in, or of --to, and their attempts "
    "start again. If that is full,\nit stops, and the rest stays.\n\n"
    "Examples:\n"
    "  syncq queue redrive jobs.dead\n"
    "  syncq queue redrive jobs.dead --to later -n 100\n\n"
    "Exit codes: 0; 1 no such queue, or one is full; 2 usage\n\n";

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
// Of one request, so that none takes long.
constexpr std::int64_t kAtOnce = 1000;

}  // namespace

int queue_redrive_command(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  std::string to;
  std::string limit;
  CommandLine line("syncq queue redrive [OPTIONS] QUEUE",
                   "Put dead letters back where they came from.");
  line.required("QUEUE", queue, "The dead letter queue's name or UUID");
  line.option("--to", to, "The queue to put them into instead", "QUEUE");
  line.number("-n,--limit", limit, 1, kAll, "How many at most (default all)");
  line.flag("-q,--quiet", options.quiet, "Don't say if there were none");
  line.client(options);
  line.footer(kQueueRedriveHelp);
  if (auto code = line.parse(arguments)) return *code;

  Client client(options);
  std::int64_t left = read_number(limit, 1, kAll).value_or(kAll);
  std::int64_t all = 0;
  for (std::int64_t asked = 1, moved = 1; left > 0 && moved == asked;) {
    asked = std::min(left, kAtOnce);
    RequestTarget address = queue_target(queue);
    address.segment("redrive").add("limit", std::to_string(asked));
    address.add_given("to", to);
    // What a lost answer has moved would not be counted.
    DaemonReply reply = client.call("POST", address, Repeat::kNotIdempotent);
    std::string doing = fmt::format("redriving queue '{}'", queue);
    if (all > 0) doing += fmt::format(", after {} messages", all);
    require_ok(client, reply, doing, {.queue = queue});
    nlohmann::json body = parse_body(reply);
    moved = field_of(body, "moved").get<std::int64_t>();
    all += moved;
    left -= moved;
  }
  if (options.json()) print_json({{"moved", all}});
  if (all == 0 && !options.json() && !options.quiet) {
    say(fmt::format("queue {} has no dead letters", queue));
  }
  return kExitOk;
}

}  // namespace syncq
