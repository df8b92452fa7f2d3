#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/limit_options.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueNewHelp =
    "Prints the new queue's name; with -o json all about it. A queue is also "
    "made by the\nfirst push to it, durable and without limits.\n\n"
    "Examples:\n"
    "  syncq queue new jobs --max-attempts 5 --dead-letter jobs.dead\n"
    "  syncq queue new recent --capacity 100 --ephemeral\n"
    "  syncq queue new mails --in-flight 4 --rate 100/m\n"
    "  q=$(syncq queue new)\n\n"
    "Exit codes: 0 made; 1 refused, such as a name that is taken; 2 usage\n\n";

struct NewOptions {
  ClientOptions client;
  std::string name;
  bool ephemeral = false;
  std::string capacity;
  std::string overflow;
  std::string max_attempts;
  std::string dead_letter;
  LimitOptions limits;

  // The body of POST /queues.
  std::string body() const {
    nlohmann::json json = nlohmann::json::object();
    if (!name.empty()) json["name"] = name;
    if (ephemeral) json["ephemeral"] = true;
    if (auto most = read_number(capacity, 1, kMostOfLimit)) {
      json["capacity"] = *most;
    }
    if (!overflow.empty()) json["overflow"] = overflow;
    if (auto most = read_number(max_attempts, 1, kMostOfLimit)) {
      json["max_attempts"] = *most;
    }
    if (!dead_letter.empty()) json["dead_letter"] = dead_letter;
    limits.add_to(json);
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
};

}  // namespace

int queue_new_command(Arguments arguments) {
  NewOptions options;
  CommandLine line("syncq queue new [OPTIONS] [NAME]", "Make a queue.");
  line.option("NAME", options.name,
              "Its name, of A-Z a-z 0-9 . _ : - (default a random one)");
  line.flag("--ephemeral", options.ephemeral,
            "In memory only: fast, and lost when the daemon ends");
  line.number("--capacity", options.capacity, 1, kMostOfLimit,
              "How many messages it holds (default no limit)");
  line.choice("--overflow", options.overflow, {"evict", "reject"},
              "When full: drop the oldest (default), or refuse the new");
  line.number("--max-attempts", options.max_attempts, 1, kMostOfLimit,
              "How often a message may fail; needs --dead-letter");
  line.option("--dead-letter", options.dead_letter,
              "The queue to which it then moves", "QUEUE");
  options.limits.add_to(line);
  line.client(options.client);
  line.footer(kQueueNewHelp);
  if (auto code = line.parse(arguments)) return *code;
  if (options.max_attempts.empty() != options.dead_letter.empty()) {
    return usage_error("syncq queue new",
                       "--max-attempts and --dead-letter go together");
  }

  Client client(options.client);
  DaemonReply reply = client.call("POST", RequestTarget("/queues"),
                                  Repeat::kNotIdempotent, options.body());
  require_ok(client, reply, "making a queue");
  if (options.client.json()) {
    print_reply(reply, options.client, "");
  } else {
    nlohmann::json body = parse_body(reply);
    print_line(field_text(field_of(body, "queue"), "name"));
  }
  return kExitOk;
}

}  // namespace syncq
