#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/options/command_line.h"
#include "cli/options/rate_option.h"
#include "cli/options/slots_option.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoSetExamples =
    "What is not given stays. More slots are given at once; of fewer, those "
    "that are held\nbeyond them are given to nobody when they come free, and "
    "there can't be fewer than a\nwaiting ticket takes. Timeouts count for "
    "tickets drawn from now on.\n\n"
    "Examples:\n"
    "  syncq fifo set builds --slots 8\n"
    "  syncq fifo set gpu --slots cuda0,cuda1,cuda2\n"
    "  syncq fifo set api --rate 10/s\n"
    "  syncq fifo set deploy --wait-timeout 0 --done-timeout 1h\n\n"
    "Exit codes: 0 set; 1 unknown FIFO; 2 usage\n\n";

}  // namespace

int fifo_set_command(Arguments arguments) {
  ClientOptions options;
  std::string fifo, slots, rate, wait, accept, done, unused_destroy;
  CommandLine line("syncq fifo set [OPTIONS] FIFO",
                   "Change a FIFO's slots, rate and timeouts.");
  line.required("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID");
  add_slots_option(
      line, slots,
      "How many tickets hold a turn at once, or the names of its slots: "
      "a,b,c");
  add_rate_option(line, rate,
                  "How many turns are given, like 10/s, 100/m or 5/h; none: "
                  "any");
  line.duration("--wait-timeout", wait, "How long a ticket waits for its turn");
  line.duration("--accept-timeout", accept,
                "How long its turn is kept for a caller");
  line.duration("--done-timeout", done,
                "How long the turn lasts without `done`");
  line.duration("--unused-destroy-timeout", unused_destroy,
                "How long an unused FIFO is kept");
  line.client(options);
  line.footer(kFifoSetExamples);
  if (auto code = line.parse(arguments)) return *code;

  RequestTarget address("/fifo");
  address.segment(fifo).segment("set");
  const std::string untouched = address.text();
  address.add_given("slots", slots);
  address.add_given("rate", rate);
  address.add_given("wait_timeout", wait);
  address.add_given("accept_timeout", accept);
  address.add_given("done_timeout", done);
  address.add_given("unused_destroy_timeout", unused_destroy);
  if (address.text() == untouched) {
    say("syncq fifo set: say what to change, such as --slots; see `syncq fifo "
        "set --help`");
    return kExitUsage;
  }
  Client client(options);
  DaemonReply reply = client.call("POST", address, Repeat::kIdempotent);
  require_ok(client, reply, fmt::format("setting FIFO '{}'", fifo),
             {.fifo = fifo, .verb = "set"});
  print_reply(reply, options, "");
  return kExitOk;
}

}  // namespace syncq
