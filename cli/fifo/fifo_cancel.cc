#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/fifo/listed_tickets.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoCancelExamples =
    "Whoever waits with it is told that it was cancelled, and fails. Without a "
    "place or a\nticket it is the only one that waits. A ticket that has its "
    "turn stays.\n\n"
    "Examples:\n"
    "  syncq fifo cancel deploy 3\n"
    "  syncq fifo cancel deploy $t\n"
    "  syncq fifo cancel deploy --all\n\n"
    "Exit codes: 0 cancelled; 1 it does not wait, or is unknown; 2 usage, such "
    "as none named\nwhere several wait\n\n";

constexpr std::size_t kMostListed = 20;
constexpr int kMostLooks = 1000;

DaemonReply cancel(Client& client, const std::string& fifo,
                   const std::string& ticket) {
  RequestTarget address("/fifo");
  address.segment(fifo).segment("cancel").segment(ticket);
  return client.call("POST", address, Repeat::kIdempotent);
}

// Those that it has cancelled. A look shows a thousand at the most, and others
// may come meanwhile.
std::vector<std::string> cancel_all(Client& client, const std::string& fifo,
                                    std::string_view doing) {
  std::vector<std::string> cancelled;
  bool any = true;
  for (int look = 0; any && look < kMostLooks; ++look) {
    any = false;
    for (const ListedTicket& each : waiting_tickets(client, fifo, doing)) {
      DaemonReply reply = cancel(client, fifo, each.ticket);
      // It has had its turn by now, or has left.
      if (error_code(reply) == "conflict" || reply.status == 410) continue;
      require_ok(client, reply, doing,
                 {.fifo = fifo, .ticket = each.ticket, .verb = "cancel"});
      cancelled.push_back(each.ticket);
      any = true;
    }
  }
  return cancelled;
}

void print_cancelled(const std::vector<std::string>& tickets,
                     const ClientOptions& options) {
  if (options.json()) print_json({{"cancelled", tickets}});
}

std::string only_one(Client& client, const std::string& fifo,
                     std::string_view doing) {
  std::vector<ListedTicket> waiting = waiting_tickets(client, fifo, doing);
  if (waiting.empty()) {
    throw Failure(fmt::format("{}: nobody waits in FIFO '{}'", doing, fifo));
  }
  if (waiting.size() == 1) return waiting.front().ticket;
  std::size_t shown = std::min(waiting.size(), kMostListed);
  for (std::size_t i = 0; i < shown; ++i) {
    const ListedTicket& each = waiting[i];
    say(fmt::format("waiting: {}  {}  {}", each.place, each.ticket,
                    each.label));
  }
  if (shown < waiting.size()) say("waiting: ...");
  throw Failure(fmt::format("{}: several wait; say which, by its place or its "
                            "ticket, or --all",
                            doing),
                kExitUsage);
}

}  // namespace

int fifo_cancel_command(Arguments arguments) {
  ClientOptions options;
  std::string fifo, which;
  bool all = false;
  CommandLine line("syncq fifo cancel [OPTIONS] FIFO [PLACE|TICKET]",
                   "End tickets that wait.");
  line.required("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID");
  line.option("-t,--ticket,TICKET", which,
              "Its place, as `syncq fifo show` has it, or its UUID",
              "PLACE|TICKET");
  line.flag("--all", all, "All that wait");
  line.client(options);
  line.footer(kFifoCancelExamples);
  if (auto code = line.parse(arguments)) return *code;
  if (all && !which.empty()) {
    throw Failure("syncq fifo cancel: give a ticket or --all, not both",
                  kExitUsage);
  }

  Client client(options);
  std::string doing = fmt::format("cancelling in FIFO '{}'", fifo);
  if (all) {
    print_cancelled(cancel_all(client, fifo, doing), options);
    return kExitOk;
  }
  const std::string ticket = which.empty()
                                 ? only_one(client, fifo, doing)
                                 : ticket_named(client, fifo, which, doing);
  DaemonReply reply = cancel(client, fifo, ticket);
  require_ok(client, reply, doing,
             {.fifo = fifo, .ticket = ticket, .verb = "cancel"});
  print_cancelled({ticket}, options);
  return kExitOk;
}

}  // namespace syncq
