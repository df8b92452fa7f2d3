#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/daemon_process.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/daemon/status.h"
#include "cli/options/command_line.h"
#include "daemon/daemon.h"

namespace syncq {
namespace {

// It lets its clients read their answers first.
Deadline ended_by() { return Deadline::after(kMaxDrain + kReplyBound); }

// The commands below share client options and a footer.
std::optional<int> parse(CommandLine& line, ClientOptions& options,
                         Arguments arguments, std::string_view footer) {
  line.client(options);
  line.footer(footer);
  return line.parse(arguments);
}

}  // namespace

int daemon_stop_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq daemon stop [OPTIONS]",
                   "End the daemon. It keeps all it knows.");
  if (auto code = parse(line, options, arguments,
                        "Commands of `syncq run` go on and keep their turn; "
                        "those that wait start the\ndaemon again.\n\n"
                        "Example:\n  syncq daemon stop\n\n"
                        "Exit codes: 0 none runs now; 1 it would not end; "
                        "2 usage\n\n")) {
    return *code;
  }
  if (!stop_daemon(find_target(options), ended_by())) {
    say("stopping the daemon: none runs");
  }
  return kExitOk;
}

int daemon_status_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq daemon status [OPTIONS]",
                   "Show the daemon's status, and never start it.");
  if (auto code = parse(line, options, arguments,
                        "Examples:\n  syncq daemon status\n"
                        "  syncq daemon status -o json | jq .pid\n\n"
                        "Exit codes: 0 it runs; 1 it does not; 2 usage\n\n")) {
    return *code;
  }
  options.no_spawn = true;
  Target target = find_target(options);
  if (!connect_if_running(target)) {
    say(
        fmt::format("no daemon runs at {}; any command starts it, or `syncq "
                    "daemon start`",
                    target.address()));
    return kExitFailed;
  }
  return print_status(options);
}

}  // namespace syncq
