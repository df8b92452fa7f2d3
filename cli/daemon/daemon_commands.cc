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
  line.footer(std::string(footer) + kEnvironmentHelp);
  return line.parse(arguments);
}

void start(const Target& target) {
  if (target.endpoint) {
    throw Failure(
        "starting the daemon: an endpoint's daemon is never "
        "started; use --socket, or unset SYNCQ_ENDPOINT",
        kExitUsage);
  }
  Target spawning = target;
  spawning.may_spawn = true;
  connect_or_spawn(spawning);
}

}  // namespace

int daemon_start_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq daemon start [OPTIONS]",
                   "Start the daemon, if it does not run yet.");
  if (auto code = parse(line, options, arguments,
                        "Example:\n  syncq daemon start\n\n"
                        "Exit codes: 0 it runs; 1 it could not be started; "
                        "2 usage\n\n")) {
    return *code;
  }
  start(find_target(options));
  return kExitOk;
}

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

int daemon_restart_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq daemon restart [OPTIONS]",
                   "End the daemon and start this version of it.");
  if (auto code = parse(line, options, arguments,
                        "Harms nothing: commands of `syncq run` go on, and "
                        "the line keeps its order.\n\n"
                        "Example:\n  syncq daemon restart\n\n"
                        "Exit codes: 0 it runs; 1 it could not be ended or "
                        "started; 2 usage\n\n")) {
    return *code;
  }
  Target target = find_target(options);
  stop_daemon(target, ended_by());
  start(target);
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
  if (target.endpoint || access(path.c_str(), R_OK) != 0) {
    throw Failure(fmt::format(
        "reading the log {}: {}; it is made when the "
        "daemon first starts here",
        target.endpoint ? target.address() : path,
        target.endpoint ? "it is not at an endpoint" : std::strerror(errno)));
  }
  // tail(1) follows through rotation (-F) and knows every corner of it.
  execlp("tail", "tail", "-n", count.c_str(), follow ? "-F" : "--",
         path.c_str(), nullptr);
  throw Failure(fmt::format("running tail: {}; read {} by other means",
                            std::strerror(errno), path));
}

}  // namespace syncq
