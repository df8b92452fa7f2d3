#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/fifo/timeout_options.h"
#include "cli/options/command_line.h"
#include "cli/options/terms_options.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoTicketExamples =
    "Prints the ticket's UUID. It waits in line from now on; ask for its turn "
    "with\n`syncq fifo wait`. Timeouts need a FIFO made with "
    "--allow-overrides.\n\n"
    "If another ticket waits already, --if-waiting skip draws none, and "
    "replace ends that one\nand stands at the end of the line.\n\n"
    "Examples:\n"
    "  t=$(syncq fifo ticket deploy)\n"
    "  syncq fifo ticket deploy --priority 10\n"
    "  syncq fifo ticket gpu --take 3\n"
    "  syncq fifo ticket deploy --done-timeout 2h\n\n"
    "Exit codes: 0 made; 1 refused, such as an unknown FIFO; 75 one waits "
    "already (skip);\n2 usage\n\n";

}  // namespace

int fifo_ticket_command(Arguments arguments) {
  ClientOptions options;
  std::string fifo;
  TermsOptions terms;
  TimeoutOptions timeouts;
  CommandLine line("syncq fifo ticket [OPTIONS] FIFO",
                   "Draw a ticket: a place in a FIFO's line.");
  line.required("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID");
  terms.add_options(line, {"queue", "skip", "replace"});
  timeouts.add_options(line);
  line.client(options);
  line.footer(kFifoTicketExamples);
  if (auto code = line.parse(arguments)) return *code;
  if (auto wrong = terms.complete(); !wrong.empty()) {
    return usage_error("syncq fifo ticket", wrong);
  }

  RequestTarget address("/fifo");
  address.segment(fifo).segment("ticket");
  terms.add_to(address);
  timeouts.add_to(address);
  Client client(options);
  DaemonReply reply = client.call("POST", address, Repeat::kNotIdempotent);
  const std::string doing = fmt::format("drawing a ticket of FIFO '{}'", fifo);
  if (error_code(reply) == "already_waiting") {
    throw Failure(doing + ": " + explain(client, reply, {.fifo = fifo}),
                  kExitNotInTime);
  }
  require_ok(client, reply, doing, {.fifo = fifo});
  print_reply(reply, options, "ticket");
  return kExitOk;
}

}  // namespace syncq
