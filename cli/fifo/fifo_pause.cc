#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kPauseExamples =
    "Nobody is given a turn until `syncq fifo resume`, not even after a "
    "restart. Whoever\nholds a turn keeps it, and the line can grow. A paused "
    "FIFO is kept however long\nnobody uses it.\n\n"
    "Examples:\n"
    "  syncq fifo pause deploy\n"
    "  syncq fifo ls -o json | jq -r '.fifos[] | select(.paused).name'\n\n"
    "Exit codes: 0 it is paused; 1 unknown FIFO; 2 usage\n\n";

constexpr std::string_view kResumeExamples =
    "Ends `syncq fifo pause`.\n\n"
    "Example:\n"
    "  syncq fifo resume deploy\n\n"
    "Exit codes: 0 it is not paused; 1 unknown FIFO; 2 usage\n\n";

int tell(Arguments arguments, CommandLine& line, std::string_view verb,
         std::string_view doing, std::string_view examples) {
  ClientOptions options;
  std::string fifo;
  line.required("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID");
  line.client(options);
  line.footer(examples);
  if (auto code = line.parse(arguments)) return *code;

  RequestTarget address("/fifo");
  address.segment(fifo).segment(verb);
  Client client(options);
  DaemonReply reply = client.call("POST", address, Repeat::kIdempotent);
  require_ok(client, reply, fmt::format("{} FIFO '{}'", doing, fifo),
             {.fifo = fifo});
  print_reply(reply, options, "");
  return kExitOk;
}

}  // namespace

int fifo_pause_command(Arguments arguments) {
  CommandLine line("syncq fifo pause [OPTIONS] FIFO",
                   "Give no turns for a while.");
  return tell(arguments, line, "pause", "pausing", kPauseExamples);
}

int fifo_resume_command(Arguments arguments) {
  CommandLine line("syncq fifo resume [OPTIONS] FIFO", "Give turns again.");
  return tell(arguments, line, "resume", "resuming", kResumeExamples);
}

}  // namespace syncq
