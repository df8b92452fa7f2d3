#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/number.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/options/command_line.h"
#include "common/duration.h"
#include "common/environment.h"
#include "common/paths.h"
#include "common/process.h"
#include "daemon/daemon.h"
#include "daemon/process/ready_pipe.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "Clients start the daemon when they need it: this is for a service "
    "manager, "
    "or to watch\nit at work. It logs to its log file, and here to stderr.\n\n"
    "Examples:\n"
    "  syncq daemon run\n"
    "  syncq daemon run --idle-exit 0 --log-level debug\n\n"
    "Environment, also for a daemon that a client starts:\n"
    "  SYNCQ_IDLE_EXIT, SYNCQ_DURABILITY, SYNCQ_LOG_LEVEL, SYNCQ_MAX_MESSAGE,\n"
    "  SYNCQ_MAX_IN_FLIGHT  as the options of these names\n"
    "  SYNCQ_STATE_DIR   where the daemon keeps its state\n"
    "  SYNCQ_SOCKET      the daemon's socket, as --socket\n\n"
    "Exit codes: 0 ended as asked; 1 could not start or go on; 2 usage\n";

constexpr std::int64_t kMostBytes = std::int64_t{1} << 40;

// The variable's value, if set, is the option's default.
void take_env(std::string& text, const char* name) {
  if (std::string_view value = env(name); !value.empty()) text = value;
}

using Choices = std::vector<std::string>;

Choices durabilities() { return {"full", "normal"}; }
Choices log_levels() { return {"debug", "info", "warn", "error"}; }

struct Texts {
  std::string idle_exit = "15m";
  std::string durability = "full";
  std::string max_message = "16777216";
  std::string max_in_flight = "268435456";
  std::string log_level = "info";

  void take_environment() {
    take_env(idle_exit, "SYNCQ_IDLE_EXIT");
    take_env(durability, "SYNCQ_DURABILITY");
    take_env(max_message, "SYNCQ_MAX_MESSAGE");
    take_env(max_in_flight, "SYNCQ_MAX_IN_FLIGHT");
    take_env(log_level, "SYNCQ_LOG_LEVEL");
  }
};

void add_options(CommandLine& line, Texts& texts) {
  line.duration("--idle-exit", texts.idle_exit,
                "End after this long without work; 0: never (default 15m)");
  line.choice("--durability", texts.durability, durabilities(),
              "full: answers survive power loss; normal: a crash only");
  line.number("--max-message", texts.max_message, 1, kMostBytes,
              "The largest message in bytes (default 16777216)");
  line.number(
      "--max-in-flight", texts.max_in_flight, 1, kMostBytes,
      "Bytes of all requests and answers under way (default 268435456)");
  line.choice("--log-level", texts.log_level, log_levels(),
              "How much to log (default info)");
}

Failure bad_variable(std::string_view name, std::string_view value,
                     std::string_view want) {
  return Failure(fmt::format("reading ${} '{}': it must be {}; correct or "
                             "unset it",
                             name, value, want),
                 kExitUsage);
}

std::uint64_t read_bytes(std::string_view name, const std::string& text) {
  auto bytes = read_number(text, 1, kMostBytes);
  if (!bytes) throw bad_variable(name, text, "a number of bytes");
  return static_cast<std::uint64_t>(*bytes);
}

void check_choice(std::string_view name, const std::string& value,
                  const Choices& choices) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return;
  throw bad_variable(name, value,
                     fmt::format("one of {}", fmt::join(choices, ", ")));
}

// Options were checked while parsing; the environment is checked here.
DaemonOptions settle(const Texts& texts) {
  DaemonOptions options;
  Result<Duration> idle = parse_duration(texts.idle_exit, "SYNCQ_IDLE_EXIT");
  if (!idle) throw Failure(idle.refusal().message, kExitUsage);
  options.idle_exit = *idle;
  check_choice("SYNCQ_DURABILITY", texts.durability, durabilities());
  options.durability = texts.durability;
  options.max_message = read_bytes("SYNCQ_MAX_MESSAGE", texts.max_message);
  options.max_in_flight =
      read_bytes("SYNCQ_MAX_IN_FLIGHT", texts.max_in_flight);
  check_choice("SYNCQ_LOG_LEVEL", texts.log_level, log_levels());
  options.log_level = texts.log_level;
  return options;
}

Paths paths_of(const ClientOptions& client) {
  Result<Paths> paths = find_paths(
      client.socket.empty() ? std::optional<std::string>() : client.socket);
  if (!paths) throw Failure(paths.refusal().message);
  return *paths;
}

}  // namespace

int daemon_run_command(Arguments arguments) {
  ClientOptions client;
  Texts texts;
  texts.take_environment();
  int ready_fd = -1;
  CommandLine line("syncq daemon run [OPTIONS]",
                   "Be the daemon, in the foreground.");
  add_options(line, texts);
  line.hidden_number("--ready-fd", ready_fd);
  line.client(client);
  line.footer(kHelp);
  if (auto code = line.parse(arguments)) return *code;

  DaemonOptions options;
  try {
    options = settle(texts);
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
