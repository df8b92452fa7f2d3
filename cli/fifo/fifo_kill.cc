#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "cli/base/deadline.h"
#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/client/ticket_text.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/fifo/listed_tickets.h"
#include "cli/options/command_line.h"
#include "common/duration.h"
#include "common/signal_names.h"
#include "common/slot_list.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoKillExamples =
    "The signal goes to the command's own process, on whichever machine it "
    "runs, and the turn\npasses on when that has ended. Without a slot or a "
    "ticket it is the only one that has its\nturn.\n\n"
    "Examples:\n"
    "  syncq fifo kill deploy\n"
    "  syncq fifo kill deploy --signal INT --kill-after 10s\n"
    "  syncq fifo kill tests 2\n\n"
    "Exit codes: 0 sent; 1 nobody has that turn, or its process is not known; "
    "2 usage, such\nas none named if several have their turn\n\n";

bool has_slot(const ListedTicket& ticket, const std::string& slot) {
  return std::ranges::count(split_list(ticket.slots), slot) > 0;
}

struct Killing {
  Client& client;
  const std::string& fifo;
  std::string doing;

  std::string ticket_of(const std::string& which) {
    std::vector<ListedTicket> held = held_tickets(client, fifo, doing);
    if (held.empty()) {
      throw Failure(
          fmt::format("{}: nobody has a turn in FIFO '{}'", doing, fifo));
    }
    std::erase_if(held, [&](const ListedTicket& each) {
      return !which.empty() && !has_slot(each, which) && each.ticket != which;
    });
    if (held.empty()) {
      throw Failure(
          fmt::format("{}: nobody has the turn '{}'; `syncq fifo show "
                      "{}` shows who has one",
                      doing, which, fifo));
    }
    if (held.size() == 1) return held.front().ticket;
    for (const ListedTicket& each : held) {
      say(fmt::format("{}: {}  {}", slots_words(each.slots), each.ticket,
                      each.label));
    }
    // Shared ones have one slot together.
    throw Failure(fmt::format("{}: several have {}; say which, by {}its ticket",
                              doing, which.empty() ? "their turn" : "that slot",
                              which.empty() ? "its slot or " : ""),
                  kExitUsage);
  }

  DaemonReply send(const std::string& ticket, const std::string& signal) {
    RequestTarget address("/fifo");
    address.segment(fifo).segment("kill");
    address.add("ticket", ticket);
    address.add_given("signal", signal);
    // A second INT, or USR1, may mean something else than the first.
    return client.call("POST", address, Repeat::kNotIdempotent);
  }

  bool has_ended(const std::string& ticket) {
    std::vector<ListedTicket> held = held_tickets(client, fifo, doing);
    return std::none_of(held.begin(), held.end(), [&](const auto& each) {
      return each.ticket == ticket;
    });
  }

  bool ends_within(const std::string& ticket, Duration limit) {
    constexpr int kPauseMs = 50;
    Deadline deadline = Deadline::after(limit);
    while (!has_ended(ticket)) {
      if (deadline.passed()) return false;
      poll(nullptr, 0, std::min(kPauseMs, deadline.poll_ms()));
    }
    return true;
  }
};

}  // namespace

int fifo_kill_command(Arguments arguments) {
  ClientOptions options;
  std::string fifo, which, signal, kill_after;
  CommandLine line("syncq fifo kill [OPTIONS] FIFO [SLOT|TICKET]",
                   "Send a signal to the command that has the turn.");
  line.required("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID");
  line.option("-t,--ticket,TICKET", which,
              "Its slot, as `syncq ps` has it, or its UUID", "SLOT|TICKET");
  line.option("-s,--signal", signal,
              "Its name or number; TERM if it is not given", "SIGNAL");
  line.duration("-k,--kill-after", kill_after,
                "Send KILL if the turn has not ended after D");
  line.client(options);
  line.footer(kFifoKillExamples);
  if (auto code = line.parse(arguments)) return *code;
  if (!signal.empty() && !signal_number(signal)) {
    throw Failure(fmt::format("syncq fifo kill: there is no signal '{}': use a "
                              "name, as TERM, or a number",
                              signal),
                  kExitUsage);
  }

  Client client(options);
  Killing killing{client, fifo,
                  fmt::format("killing what has the turn in FIFO '{}'", fifo)};
  const std::string ticket = killing.ticket_of(which);
  const Subject subject{.fifo = fifo, .ticket = ticket, .verb = "kill"};
  DaemonReply reply = killing.send(ticket, signal);
  require_ok(client, reply, killing.doing, subject);
  print_reply(reply, options, "");
  if (kill_after.empty()) return kExitOk;
  if (killing.ends_within(ticket, *parse_duration(kill_after, "D"))) {
    return kExitOk;
  }
  reply = killing.send(ticket, "KILL");
  // It has ended by now.
  if (reply.status == 410 || error_code(reply) == "conflict") return kExitOk;
  require_ok(client, reply, killing.doing, subject);
  return kExitOk;
}

}  // namespace syncq
