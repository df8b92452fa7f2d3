#include <fmt/format.h>

#include "cli/client.h"
#include "cli/exit_code.h"
#include "cli/print_reply.h"
#include "cli/ticket_options.h"
#include "cli/verbs.h"

namespace syncq {
namespace {

constexpr std::string_view kExamples =
    "Blocks until it is the ticket's turn, and accepts the turn. Prints "
    "nothing: the\nexit code is the answer. With -o json it prints the "
    "ticket, its fence (a number\nthat grows with every turn) and its "
    "slot.\n\n"
    "Examples:\n"
    "  syncq fifo wait deploy $t && make deploy; syncq fifo done deploy $t\n"
    "  syncq fifo wait -u deploy -t $t --timeout 30s\n"
    "  fence=$(syncq fifo wait deploy $t -o json | jq .fence)\n\n"
    "Exit codes: 0 its turn; 75 not in time (after --timeout it keeps its "
    "place);\n1 the ticket has ended or is unknown; 2 usage\n\n";

}  // namespace

int fifo_wait_verb(Arguments arguments) {
  TicketOptions options;
  std::string timeout;
  CommandLine line("syncq fifo wait [OPTIONS] FIFO TICKET",
                   "Wait for a ticket's turn.");
  options.add_options(line);
  line.duration("--timeout", timeout,
                "Give up after this long; the ticket keeps its place");
  line.footer(std::string(kExamples) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;

  Address address = options.address("wait");
  address.add_given("timeout", timeout);
  Client client(options.client);
  DaemonReply reply =
      client.call("POST", address, Repeat::kSafe, Answer::kWhenItIsTime);
  if (!reply.ok()) {
    return report_error(reply,
                        fmt::format("waiting for ticket '{}'", options.ticket));
  }
  print_reply(reply, options.client, "");
  return kExitOk;
}

}  // namespace syncq
