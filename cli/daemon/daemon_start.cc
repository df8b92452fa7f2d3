#include <fmt/format.h>

#include <thread>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/text.h"
#include "cli/client/ask.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/daemon_process.h"
#include "cli/client/restart.h"
#include "cli/client/running_config.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/daemon/settings.h"
#include "cli/options/command_line.h"
#include "daemon/daemon.h"

namespace syncq {
namespace {

constexpr std::string_view kStartHelp =
    "Without options it has the settings that any command would start it "
    "with; `syncq\ndaemon config` shows them. To keep options for good, write "
    "them into the config file.\n\n"
    "Examples:\n"
    "  syncq daemon start\n"
    "  syncq daemon start --tcp 127.0.0.1:7077\n\n"
    "Exit codes: 0 it runs; 1 it could not be started, or ran already and did "
    "not take\nthe options; 2 usage\n\n";

constexpr std::string_view kRestartHelp =
    "Harms nothing: commands of `syncq run` go on, and the line keeps its "
    "order. Options\nthat the daemon was given stay, unless they are given "
    "anew; to drop them:\n`syncq daemon stop && syncq daemon start`.\n\n"
    "Examples:\n"
    "  syncq daemon restart\n"
    "  syncq daemon restart --tcp 127.0.0.1:7077\n\n"
    "Exit codes: 0 it runs; 1 it could not be ended or started; 2 usage\n\n";

struct Parsed {
  ClientOptions client;
  SettingOptions settings;
};

std::optional<int> parse(CommandLine& line, Parsed& parsed, Arguments arguments,
                         std::string_view help) {
  parsed.settings.add_to(line);
  line.client(parsed.client);
  line.footer(help);
  return line.parse(arguments);
}

Target local_target(const ClientOptions& options) {
  Target target = find_target(options);
  if (target.endpoint) {
    throw Failure(
        target.is_ssh()
            ? "starting the daemon: over ssh any other command starts it; "
              "for options of its own log in there"
            : "starting the daemon: an endpoint's daemon is never started; "
              "use --socket, or unset SYNCQ_ENDPOINT",
        kExitUsage);
  }
  return target;
}

// One that was just killed, or is ending, takes connections for a moment more.
bool answers(const Target& target) {
  std::optional<DaemonReply> reply = ask_if_running(target, "/status");
  return reply && !is_shutting_down(*reply);
}

// False if a daemon runs that these words did not start.
bool start_daemon_that_answers(const Target& target,
                               std::span<const std::string> words) {
  constexpr auto kPause = std::chrono::milliseconds(5);
  Deadline deadline = Deadline::after(kReplyBound);
  while (!start_if_none_runs(target, words)) {
    if (answers(target)) return false;
    if (deadline.passed()) throw Unreachable(no_reply(target));
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

int left_alone(const std::vector<std::string>& words) {
  say(
      fmt::format("the daemon runs already, and keeps its settings; `syncq "
                  "daemon restart {}` changes them",
                  shell_line(words)));
  return kExitFailed;
}

// The options of the daemon that runs.
NamedValues options_of_running(const Target& target) {
  std::optional<RunningConfig> config = ask_config(target);
  if (config) return known_settings(config->given());
  if (find_daemon(target)) {
    say("the daemon does not tell its options: the new one starts without "
        "them");
  }
  return {};
}

}  // namespace

int daemon_start_command(Arguments arguments) {
  Parsed parsed;
  CommandLine line("syncq daemon start [OPTIONS]",
                   "Start the daemon, if it does not run yet.");
  if (auto code = parse(line, parsed, arguments, kStartHelp)) return *code;
  Target target = local_target(parsed.client);
  NamedValues given = parsed.settings.given();
  std::vector<std::string> words = option_words(given);
  bool runs = answers(target);
  // What the daemon would refuse is a usage error here.
  if (!runs || !given.empty()) settle_settings(given);
  if (!runs && start_daemon_that_answers(target, words)) return kExitOk;
  return words.empty() ? kExitOk : left_alone(words);
}

int daemon_restart_command(Arguments arguments) {
  Parsed parsed;
  CommandLine line("syncq daemon restart [OPTIONS]",
                   "End the daemon and start this version of it.");
  if (auto code = parse(line, parsed, arguments, kRestartHelp)) return *code;
  Target target = local_target(parsed.client);
  NamedValues options = parsed.settings.given();
  const NamedValues old = options_of_running(target);
  options.insert(old.begin(), old.end());
  // While the old one still runs: what is wrong must not end it.
  settle_settings(options);
  // It lets its clients read their answers first.
  restart_daemon(target, option_words(options), option_words(old),
                 Deadline::after(kMaxDrain + kReplyBound));
  return kExitOk;
}

}  // namespace syncq
