#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/fifo/ticket_options.h"

namespace syncq {
namespace {

constexpr std::string_view kDoneExamples =
    "The turn passes to the next ticket. A ticket that still waits is "
    "cancelled.\nA second `done` does nothing and succeeds. The turn of a "
    "command that `syncq run`\nstarted ends with that: `done` refuses while "
    "it runs, unless --force is given,\nand the next command then runs beside "
    "it.\n\n"
    "Examples:\n"
    "  syncq fifo done deploy $t\n"
    "  make; syncq fifo done deploy $t --status $?\n"
    "  syncq fifo done -u deploy -t $t\n\n"
    "Exit codes: 0 done; 1 the ticket had expired or is unknown, or its "
    "command\nstill runs; 2 usage\n\n";

constexpr std::string_view kTouchExamples =
    "Restarts the ticket's done timeout, for work that takes longer.\n\n"
    "Example:\n"
    "  while sleep 60; do syncq fifo touch deploy $t || break; done &\n\n"
    "Exit codes: 0 touched; 1 the turn has ended or was not had; 2 usage\n\n";

// What only `done` says.
struct Work {
  bool force = false;
  std::string status;
};

int tell(Arguments arguments, CommandLine& line, std::string_view verb,
         std::string_view doing, std::string_view examples, const Work& work) {
  TicketOptions options;
  options.add_options(line);
  line.footer(examples);
  if (auto code = line.parse(arguments)) return *code;
  Client client(options.client);
  RequestTarget address = options.address(verb);
  address.add_flag("force", work.force);
  address.add_given("exit_status", work.status);
  DaemonReply reply = client.call("POST", address, Repeat::kIdempotent);
  if (!reply.ok()) {
    return report_error(client, reply,
                        fmt::format("{} ticket '{}'", doing, options.ticket),
                        options.subject(verb));
  }
  print_reply(reply, options.client, "");
  return kExitOk;
}

}  // namespace

int fifo_done_command(Arguments arguments) {
  CommandLine line("syncq fifo done [OPTIONS] FIFO TICKET",
                   "End a ticket: its work is done.");
  Work work;
  line.number("--status", work.status, 0, 255,
              "How the work ended, for syncq history");
  line.flag("--force", work.force, "Also while its command still runs");
  return tell(arguments, line, "done", "ending", kDoneExamples, work);
}

int fifo_touch_command(Arguments arguments) {
  CommandLine line("syncq fifo touch [OPTIONS] FIFO TICKET",
                   "Say that a ticket's work goes on.");
  return tell(arguments, line, "touch", "touching", kTouchExamples, {});
}

}  // namespace syncq
