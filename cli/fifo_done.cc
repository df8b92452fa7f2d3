#include <fmt/format.h>

#include "cli/client.h"
#include "cli/exit_code.h"
#include "cli/print_reply.h"
#include "cli/ticket_options.h"
#include "cli/verbs.h"

namespace syncq {
namespace {

constexpr std::string_view kDoneExamples =
    "The turn passes to the next ticket. A ticket that still waits is "
    "cancelled.\nA second `done` does nothing and succeeds.\n\n"
    "Examples:\n"
    "  syncq fifo done deploy $t\n"
    "  syncq fifo done -u deploy -t $t\n\n"
    "Exit codes: 0 done; 1 the ticket had expired or is unknown; 2 usage\n\n";

constexpr std::string_view kTouchExamples =
    "Restarts the ticket's done timeout, for work that takes longer.\n\n"
    "Example:\n"
    "  while sleep 60; do syncq fifo touch deploy $t || break; done &\n\n"
    "Exit codes: 0 touched; 1 the turn has ended or was not had; 2 usage\n\n";

int tell(Arguments arguments, CommandLine& line, std::string_view verb,
         std::string_view doing, std::string_view examples) {
  TicketOptions options;
  options.add_options(line);
  line.footer(std::string(examples) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;
  Client client(options.client);
  DaemonReply reply = client.call("POST", options.address(verb), Repeat::kSafe);
  if (!reply.ok()) {
    return report_error(reply,
                        fmt::format("{} ticket '{}'", doing, options.ticket));
  }
  print_reply(reply, options.client, "");
  return kExitOk;
}

}  // namespace

int fifo_done_verb(Arguments arguments) {
  CommandLine line("syncq fifo done [OPTIONS] FIFO TICKET",
                   "End a ticket: its work is done.");
  return tell(arguments, line, "done", "ending", kDoneExamples);
}

int fifo_touch_verb(Arguments arguments) {
  CommandLine line("syncq fifo touch [OPTIONS] FIFO TICKET",
                   "Tell that a ticket's work goes on.");
  return tell(arguments, line, "touch", "touching", kTouchExamples);
}

}  // namespace syncq
