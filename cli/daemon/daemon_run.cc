#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/daemon/settings.h"
#include "cli/options/command_line.h"
#include "common/paths.h"
#include "common/process.h"
#include "daemon/daemon.h"
#include "daemon/process/ready_pipe.h"

namespace syncq {
namespace {

constexpr std::string_view kDaemonRunHelp =
    "Clients start the daemon when they need it: this is for a service "
    "manager, "
    "or to watch\nit at work. It logs to its log file, and here to stderr.\n\n"
    "Examples:\n"
    "  syncq daemon run\n"
    "  syncq daemon run --idle-exit 0 --log-level debug\n"
    "  syncq daemon run --tcp 127.0.0.1:7077\n\n"
    "Environment, also for a daemon that a client starts:\n"
    "  SYNCQ_IDLE_EXIT, SYNCQ_DURABILITY, SYNCQ_LOG_LEVEL, SYNCQ_MAX_MESSAGE,\n"
    "  SYNCQ_MAX_IN_FLIGHT, SYNCQ_TCP, SYNCQ_TCP_NO_TOKEN=1, "
    "SYNCQ_ALLOW_HOST,\n"
    "  SYNCQ_TCP_TIMEOUT  as the options of these names; lists have commas\n"
    "  SYNCQ_CONFIG      the config file; empty: none\n"
    "  SYNCQ_STATE_DIR   where the daemon keeps its state\n"
    "  SYNCQ_SOCKET      the daemon's socket, as --socket\n\n"
    "What neither an option nor a variable sets is read from the config file, "
    "which is\n~/.config/syncq/config.toml unless SYNCQ_CONFIG names "
    "another.\n\n"
    "Exit codes: 0 ended as asked; 1 could not start or go on; 2 usage\n\n";

Paths paths_of(const ClientOptions& client) {
  Result<Paths> paths = find_paths(
      client.socket.empty() ? std::optional<std::string>() : client.socket);
  if (!paths) throw Failure(paths.refusal().message);
  return *paths;
}

}  // namespace

int daemon_run_command(Arguments arguments) {
  ClientOptions client;
  SettingOptions settings;
  int ready_fd = -1;
  CommandLine line("syncq daemon run [OPTIONS]",
                   "Be the daemon, in the foreground.");
  settings.add_to(line);
  line.hidden_number("--ready-fd", ready_fd);
  line.client(client);
  line.footer(kDaemonRunHelp);
  if (auto code = line.parse(arguments)) return *code;

  DaemonOptions options;
  try {
    options = settle_settings(settings.given());
    options.paths = paths_of(client);
  } catch (const Failure& failure) {
    // Started by a client, our stderr is /dev/null: it reads the pipe.
    ReadyPipe(ready_fd).failed(failure.what());
    throw;
  }
  options.ready_fd = ready_fd;
  name_daemon();
  return run_daemon(options);
}

}  // namespace syncq
