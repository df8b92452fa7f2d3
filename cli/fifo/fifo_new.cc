#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/fifo/timeout_options.h"
#include "cli/options/command_line.h"
#include "cli/options/rate_option.h"
#include "cli/options/slots_option.h"

namespace syncq {
namespace {

struct NewOptions {
  ClientOptions client;
  std::string name;
  std::string slots;
  std::string rate;
  TimeoutOptions timeouts;
  std::string unused_destroy_timeout;
  bool allow_overrides = false;
};

constexpr std::string_view kFifoNewExamples =
    "Prints the new FIFO's UUID.\n\n"
    "Examples:\n"
    "  id=$(syncq fifo new)\n"
    "  syncq fifo new --name deploy --done-timeout 1h\n"
    "  syncq fifo new --name builds --slots 4\n"
    "  syncq fifo new --name gpu --slots cuda0,cuda1\n"
    "  syncq fifo new --name api --slots 8 --rate 10/s\n\n"
    "Exit codes: 0 made; 1 refused, such as a name that is taken; 2 usage\n\n";

}  // namespace

int fifo_new_command(Arguments arguments) {
  NewOptions options;
  CommandLine line("syncq fifo new [OPTIONS]", "Make a FIFO.");
  line.option("--name", options.name,
              "A name to use in place of the UUID: A-Z a-z 0-9 . _ : -");
  add_slots_option(
      line, options.slots,
      "How many tickets hold a turn at once (default 1), or the names "
      "of its slots: a,b,c");
  add_rate_option(line, options.rate,
                  "How many turns are given, like 10/s, 100/m or 5/h");
  options.timeouts.add_options(line);
  line.duration("--unused-destroy-timeout", options.unused_destroy_timeout,
                "How long an unused FIFO is kept (default 30d)");
  line.flag("--allow-overrides", options.allow_overrides,
            "Let tickets bring timeouts of their own");
  line.client(options.client);
  line.footer(kFifoNewExamples);
  if (auto code = line.parse(arguments)) return *code;

  RequestTarget address("/fifo/new");
  address.add_given("name", options.name);
  address.add_given("slots", options.slots);
  address.add_given("rate", options.rate);
  options.timeouts.add_to(address);
  address.add_given("unused_destroy_timeout", options.unused_destroy_timeout);
  address.add_flag("allow_overrides", options.allow_overrides);
  Client client(options.client);
  DaemonReply reply = client.call("POST", address, Repeat::kNotIdempotent);
  require_ok(client, reply, "making a FIFO");
  print_reply(reply, options.client, "uuid");
  return kExitOk;
}

}  // namespace syncq
