#include <fmt/format.h>

#include <algorithm>

#include "cli/base/exit_code.h"
#include "cli/base/text.h"
#include "cli/client/explain.h"
#include "cli/client/kept_connection.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/fifo/ticket_options.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoWaitExamples =
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

Deadline limit_of(const std::string& timeout) {
  if (timeout.empty()) return Deadline::never();
  Duration duration = parse_duration(timeout, "timeout").value();
  return duration == Duration::zero() ? Deadline::never()
                                      : Deadline::after(duration);
}

}  // namespace

int fifo_wait_command(Arguments arguments) {
  TicketOptions options;
  std::string timeout;
  CommandLine line("syncq fifo wait [OPTIONS] FIFO TICKET",
                   "Wait for a ticket's turn.");
  options.add_options(line);
  line.duration("--timeout", timeout,
                "Give up after this long; the ticket keeps its place");
  line.footer(kFifoWaitExamples);
  if (auto code = line.parse(arguments)) return *code;

  Deadline limit = limit_of(timeout);
  // The daemon is sent the time left; 0 would mean no limit.
  auto address = [&] {
    RequestTarget wait = options.address("wait");
    if (limit.is_never()) return wait;
    constexpr Duration kShortest = std::chrono::milliseconds(1);
    return wait.add("timeout",
                    format_duration(std::max(limit.left(), kShortest)));
  };
  Client client(options.client);
  WaitNotice notice(fmt::format("the turn of {}", sanitize(options.ticket)),
                    options.client.quiet);
  KeptConnection connection(client);
  connection.tell_by(notice);
  DaemonReply reply = *connection.request_with_retry(
      "POST", address, Answer::kMayBlock, kNetworkBound, limit);
  if (!reply.ok()) {
    return report_error(client, reply,
                        fmt::format("waiting for ticket '{}'", options.ticket),
                        options.subject("wait"));
  }
  print_reply(reply, options.client, "");
  return kExitOk;
}

}  // namespace syncq
