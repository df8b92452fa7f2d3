#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

int daemon_logs_command(Arguments arguments) {
  ClientOptions options;
  std::string count = "50";
  bool follow = false;
  CommandLine line("syncq daemon logs [OPTIONS]", "Print the daemon's log.");
  line.flag("-f,--follow", follow, "Go on with what is logged from now on");
  line.number("-n,--lines", count, 0, 1'000'000'000,
              "How many of the last lines (default 50)");
  if (auto code = parse(line, options, arguments,
                        "Examples:\n  syncq daemon logs -n 200\n"
                        "  syncq daemon logs -f\n\n"
                        "Exit codes: 0; 1 there is no log yet; 2 usage\n\n")) {
    return *code;
  }
  Target target = find_target(options);
  std::string path = target.paths.log();
  if (target.endpoint) {
    throw Failure(fmt::format(
        "reading the log of the daemon at {}: it is a file where that runs; "
        "{}",
        target.address(),
        target.is_ssh() ? "use `ssh HOST syncq daemon logs`" : "look there"));
  }
  if (access(path.c_str(), R_OK) != 0) {
    throw Failure(
        fmt::format("reading the log {}: {}; it is made when the "
                    "daemon first starts here",
                    path, std::strerror(errno)));
  }
  // tail(1) follows through rotation (-F) and knows every corner of it.
  execlp("tail", "tail", "-n", count.c_str(), follow ? "-F" : "--",
         path.c_str(), nullptr);
  throw Failure(fmt::format("running tail: {}; read {} by other means",
                            std::strerror(errno), path));
}

}  // namespace syncq
