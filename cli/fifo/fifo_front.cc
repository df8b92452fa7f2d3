#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/fifo/listed_tickets.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoFrontExamples =
    "It has the next turn. Of two that are moved the later one stands first.\n"
    "\n"
    "Examples:\n"
    "  syncq fifo front deploy 3\n"
    "  syncq fifo front deploy $t\n\n"
    "Exit codes: 0 moved; 1 it does not wait, or is unknown; 2 usage\n\n";

}  // namespace

int fifo_front_command(Arguments arguments) {
  ClientOptions options;
  std::string fifo, which;
  CommandLine line("syncq fifo front [OPTIONS] FIFO PLACE|TICKET",
                   "Move a ticket to the front of its line.");
  line.required("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID");
  line.required("-t,--ticket,TICKET", which,
                "Its place, as `syncq fifo show` has it, or its UUID",
                "PLACE|TICKET");
  line.client(options);
  line.footer(kFifoFrontExamples);
  if (auto code = line.parse(arguments)) return *code;

  Client client(options);
  const std::string doing = fmt::format("moving ticket '{}'", which);
  const std::string ticket = ticket_named(client, fifo, which, doing);
  RequestTarget address("/fifo");
  address.segment(fifo).segment("front").segment(ticket);
  DaemonReply reply = client.call("POST", address, Repeat::kIdempotent);
  require_ok(client, reply, doing,
             {.fifo = fifo, .ticket = ticket, .verb = "front"});
  print_reply(reply, options, "");
  return kExitOk;
}

}  // namespace syncq
