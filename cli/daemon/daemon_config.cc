#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/client/ask.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/json_fields.h"
#include "cli/client/running_config.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/daemon/settings.h"
#include "cli/options/command_line.h"
#include "daemon/daemon_handlers.h"

namespace syncq {
namespace {

constexpr std::string_view kDaemonConfigHelp =
    "Shows the settings of the daemon that runs; if none does, those that one "
    "started now\nwould have. Starts none. A setting comes from an option of "
    "the daemon, else a\nvariable, else the config file, else it is the "
    "default.\n\n"
    "Examples:\n"
    "  syncq daemon config\n"
    "  syncq daemon config -o json | jq -r '.settings[] | "
    "select(.name == \"tcp\").value'\n\n"
    "Config file: ~/.config/syncq/config.toml, or what SYNCQ_CONFIG names; "
    "lines as in\n"
    "  tcp = [\"127.0.0.1:7077\"]\n"
    "  log-level = \"warn\"\n\n"
    "Exit codes: 0; 1 the daemon does not answer; 2 usage, or a setting that "
    "is wrong\n\n";

void show(const ClientOptions& options, const DaemonReply& reply,
          bool running) {
  if (options.json()) {
    nlohmann::json body = parse_body(reply);
    body["running"] = running;
    return print_line(body.dump());
  }
  RunningConfig config = read_config(reply);
  Table table({"SETTING", "VALUE", "SOURCE"});
  for (const RunningSetting& each : config.settings) {
    bool file = each.source == "file" && !config.config_file.empty();
    table.row({each.name, each.value,
               file ? with_tilde(config.config_file) : each.source});
  }
  print(table.text());
}

// The names of the settings that a restart would change.
std::vector<std::string> changes(const RunningConfig& running,
                                 const DaemonOptions& next) {
  std::vector<std::string> names;
  for (const Setting& setting : next.settings) {
    for (const RunningSetting& each : running.settings) {
      if (each.name == setting.name && each.value != setting.value) {
        names.push_back(setting.name);
      }
    }
  }
  return names;
}

int show_running(const ClientOptions& options, const Target& target) {
  std::optional<DaemonReply> reply = ask_if_running(target, "/config");
  if (!reply) throw Failure(no_reply(target));
  if (!reply->ok()) {
    throw Failure(
        fmt::format("asking the daemon for its settings: {}; if it is an older "
                    "version, `syncq daemon restart` replaces it",
                    error_message(*reply)));
  }
  show(options, *reply, true);
  if (target.endpoint) return kExitOk;
  RunningConfig running = read_config(*reply);
  auto changed =
      changes(running, settle_settings(known_settings(running.given())));
  if (!changed.empty()) {
    say(
        fmt::format("the configuration has changed since the daemon started "
                    "({}): `syncq daemon restart` takes it over",
                    fmt::join(changed, ", ")));
  }
  return kExitOk;
}

}  // namespace

int daemon_config_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq daemon config [OPTIONS]",
                   "Show the daemon's settings and where they come from.");
  line.client(options);
  line.footer(kDaemonConfigHelp);
  if (auto code = line.parse(arguments)) return *code;
  Target target = find_target(options);
  if (connect_if_running(target)) return show_running(options, target);
  if (target.endpoint) {
    throw Failure(fmt::format("no daemon runs at {}; {}", target.address(),
                              target.way_out()));
  }
  DaemonReply next;
  next.body = config_json(settle_settings({}));
  say("no daemon runs; one that is started now has these settings");
  show(options, next, false);
  return kExitOk;
}

}  // namespace syncq
