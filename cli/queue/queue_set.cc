#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/limit_options.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kSetCommand = "syncq queue set";
constexpr std::string_view kQueueSetHelp =
    "What is not given stays. A capacity below what the queue has is refused: "
    "nothing is\ndropped for it. With limits a pop that does not wait gets no "
    "message while they are\nreached, one with --wait gets it as soon as it "
    "may. Nothing is saved up: at 10/s there\nare 100 ms between one message "
    "and the next, also after a pause.\n\n"
    "Examples:\n"
    "  syncq queue set jobs --capacity 1000 --overflow reject\n"
    "  syncq queue set jobs --max-attempts 5 --dead-letter jobs.dead\n"
    "  syncq queue set jobs --no-capacity\n"
    "  syncq queue set mails --in-flight 4 --rate 100/m\n"
    "  syncq queue set mails --in-flight none\n\n"
    "Exit codes: 0; 1 no such queue, or refused; 2 usage\n\n";

struct SetOptions {
  ClientOptions client;
  std::string queue;
  std::string capacity;
  bool no_capacity = false;
  std::string overflow;
  std::string max_attempts;
  std::string dead_letter;
  bool no_dead_letter = false;
  LimitOptions limits;

  bool contradict() const {
    return (no_capacity && !capacity.empty()) ||
           (no_dead_letter && (!dead_letter.empty() || !max_attempts.empty()));
  }
  // The body of POST /queues/QUEUE/set.
  nlohmann::json body() const {
    nlohmann::json json = nlohmann::json::object();
    if (auto most = read_number(capacity, 1, kMostOfLimit)) {
      json["capacity"] = *most;
    }
    if (no_capacity) json["capacity"] = nullptr;
    if (!overflow.empty()) json["overflow"] = overflow;
    if (auto most = read_number(max_attempts, 1, kMostOfLimit)) {
      json["max_attempts"] = *most;
    }
    if (!dead_letter.empty()) json["dead_letter"] = dead_letter;
    if (no_dead_letter) json["max_attempts"] = json["dead_letter"] = nullptr;
    limits.add_to(json);
    return json;
  }
};

}  // namespace

int queue_set_command(Arguments arguments) {
  SetOptions options;
  CommandLine line("syncq queue set [OPTIONS] QUEUE",
                   "Change the limits of a queue.");
  line.required("QUEUE", options.queue, "The queue's name or UUID");
  line.number("--capacity", options.capacity, 1, kMostOfLimit,
              "How many messages it holds");
  line.flag("--no-capacity", options.no_capacity, "As many as there are");
  line.choice("--overflow", options.overflow, {"evict", "reject"},
              "When full: drop the oldest, or refuse the new");
  line.number("--max-attempts", options.max_attempts, 1, kMostOfLimit,
              "How often a message may fail");
  line.option("--dead-letter", options.dead_letter,
              "The queue to which it then moves", "QUEUE");
  line.flag("--no-dead-letter", options.no_dead_letter,
            "A message may fail for ever");
  options.limits.add_to(line);
  line.client(options.client);
  line.footer(kQueueSetHelp);
  if (auto code = line.parse(arguments)) return *code;
  if (options.contradict()) {
    return usage_error(kSetCommand, "set a limit or take it away, not both");
  }
  nlohmann::json body = options.body();
  if (body.empty()) {
    return usage_error(kSetCommand,
                       "say what to change, such as --capacity 1000");
  }

  RequestTarget address = queue_target(options.queue);
  address.segment("set");
  Client client(options.client);
  DaemonReply reply = client.call(
      "POST", address, Repeat::kIdempotent,
      body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  require_ok(client, reply, fmt::format("changing queue '{}'", options.queue),
             {.queue = options.queue});
  print_reply(reply, options.client, "");
  return kExitOk;
}

}  // namespace syncq
