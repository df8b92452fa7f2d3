#include "cli/top/top_command.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "cli/client/explain.h"
#include "cli/options/command_line.h"
#include "cli/top/screen.h"
#include "cli/top/terminfo.h"
#include "cli/top/top_loop.h"

namespace syncq {
namespace {

constexpr std::string_view kTopHelp =
    "A full screen: FIFOs with who has a turn and who waits, queues with their "
    "rates, and the\nturns that have just ended. It changes when something "
    "happens. `?` shows the keys: move\nwith the arrows, Enter opens one, `/` "
    "filters, c cancels, k kills, p pauses, q quits.\n\n"
    "Examples:\n"
    "  syncq top\n"
    "  syncq top -e ssh://host\n"
    "  NO_COLOR=1 syncq top\n"
    "  syncq top --once | head\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage, or no terminal to "
    "draw on\n\n";

// In a pipe nothing of use is cut.
constexpr std::size_t kColumnsOfPipe = 200;

// One screen as text, from the same requests.
int print_once(const ClientOptions& options) {
  Client client(options);
  TopControl control;
  DaemonReply reply =
      client.call("GET", top_target("/overview"), Repeat::kIdempotent);
  require_ok(client, reply, kListening);
  control.take_event(reply.body, Moment::clock::now());
  for (const TopRequest& each : control.due()) {
    reply = client.call(each.method, each.target, Repeat::kIdempotent);
    require_ok(client, reply, kListening);
    control.take_reply(each, reply, Moment::clock::now());
  }
  Drawing drawing{.size = {.columns = table_columns().value_or(kColumnsOfPipe),
                           .utf8 = has_utf8_locale()},
                  .now = Moment::clock::now(),
                  .wall = wall_now()};
  print(whole_text(control, drawing));
  return kExitOk;
}

// What is refused, or warned of, is told before the screen is taken over.
int show(const ClientOptions& options) {
  std::string why = why_no_screen();
  if (!why.empty()) throw Failure(why, kExitUsage);
  Client client(options);
  const Subject subject;
  TopControl control;
  EventLines events(client, client.connect(), top_target("/events"), kListening,
                    subject);
  if (auto line = events.next(Deadline::never())) {
    control.take_event(*line, Moment::clock::now());
  }
  return run_top(options, std::move(events), control);
}

}  // namespace

int top_command(Arguments arguments) {
  ClientOptions options;
  bool once = false;
  CommandLine line("syncq top [OPTIONS]",
                   "Watch FIFOs and queues, and lend a hand.");
  line.flag("--once", once, "Print one screen as text, and end");
  line.client(options);
  line.footer(kTopHelp);
  if (auto code = line.parse(arguments)) return *code;
  if (options.json()) {
    throw Failure(
        "syncq top is for people: use `syncq ls -o json`, or `syncq ls -w -o "
        "json` for a line for each change",
        kExitUsage);
  }
  return once ? print_once(options) : show(options);
}

}  // namespace syncq
