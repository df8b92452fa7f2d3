#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kPauseHelp =
    "Who waits for a message goes on waiting; `queue pop` without --wait exits "
    "with 75.\nPushes go on, and what is leased can be acknowledged and given "
    "back. A paused queue\nstays so, also through restarts, until `queue "
    "resume`.\n\n"
    "Examples:\n"
    "  syncq queue pause jobs\n\n"
    "Exit codes: 0; 1 no such queue, or failed; 2 usage\n\n";
constexpr std::string_view kResumeHelp =
    "Those who wait are served at once.\n\n"
    "Examples:\n"
    "  syncq queue resume jobs\n\n"
    "Exit codes: 0; 1 no such queue, or failed; 2 usage\n\n";

int set_paused(std::string_view verb, std::string_view usage,
               std::string_view about, std::string_view help,
               Arguments arguments) {
  ClientOptions options;
  std::string queue;
  CommandLine line(usage, about);
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.client(options);
  line.footer(help);
  if (auto code = line.parse(arguments)) return *code;

  RequestTarget address = queue_target(queue);
  address.segment(verb);
  Client client(options);
  DaemonReply reply = client.call("POST", address, Repeat::kIdempotent);
  require_ok(client, reply, fmt::format("{} of queue '{}'", verb, queue),
             {.queue = queue});
  print_reply(reply, options, "");
  return kExitOk;
}

}  // namespace

int queue_pause_command(Arguments arguments) {
  return set_paused("pause", "syncq queue pause [OPTIONS] QUEUE",
                    "Give no message of a queue out.", kPauseHelp, arguments);
}

int queue_resume_command(Arguments arguments) {
  return set_paused("resume", "syncq queue resume [OPTIONS] QUEUE",
                    "Let a paused queue go on.", kResumeHelp, arguments);
}

}  // namespace syncq
