#include <fmt/format.h>

#include <algorithm>

#include "cli/base/text.h"
#include "cli/daemon/setting_values.h"
#include "cli/options/config_file.h"
#include "common/environment.h"
#include "common/paths.h"

namespace syncq {
namespace {

// Keepalive counts whole seconds, and a client needs three parts of it.
constexpr Duration kLeastTcpTimeout = std::chrono::seconds(6);
// A daemon that was restarted keeps a turn for no longer: kMinReattachGrace.
constexpr Duration kMostTcpTimeout = std::chrono::minutes(1);

std::string trimmed(std::string_view text) {
  std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return std::string(text.substr(0, text.find_last_not_of(" \t") + 1));
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> values;
  for (;;) {
    std::size_t comma = text.find(',');
    values.push_back(trimmed(text.substr(0, comma)));
    if (comma == text.npos) return values;
    text.remove_prefix(comma + 1);
  }
}

FoundSetting find(const SettingRule& rule, const NamedValues& options,
                  const NamedValues& file, const std::string& path) {
  if (auto given = options.find(rule.name); given != options.end()) {
    return {rule, given->second, "option", fmt::format("--{}", rule.name)};
  }
  bool list = rule.kind == SettingKind::kList;
  if (std::string_view text = env(rule.variable); !text.empty()) {
    auto values = list ? split_list(text) : std::vector{std::string(text)};
    return {rule, values, "environment", fmt::format("${}", rule.variable)};
  }
  if (auto given = file.find(rule.name); given != file.end()) {
    return {rule, given->second, "file",
            fmt::format("{} in {}", rule.name, path)};
  }
  std::vector<std::string> fallback{rule.fallback};
  if (list) fallback.clear();
  return {rule, fallback, "default", rule.name};
}

// Anyone who can reach the address could do everything.
void refuse_open_door(const FoundSetting& no_token, const TcpOptions& tcp) {
  if (tcp.token) return;
  for (const TcpAddress& address : tcp.addresses) {
    if (address.is_loopback()) continue;
    throw Failure(
        fmt::format("reading {}: without a token, whoever reaches {} could do "
                    "everything there; leave it out, or listen on a loopback "
                    "address only, as 127.0.0.1:7077",
                    no_token.where, address.text()),
        kExitUsage);
  }
}

void refuse_unknown(const NamedValues& file, const std::string& path) {
  for (const auto& [name, values] : file) {
    if (find_setting(name) != nullptr) continue;
    std::vector<std::string_view> known;
    for (const SettingRule& rule : all_settings()) known.push_back(rule.name);
    std::string_view meant = nearest(name, known);
    throw Failure(
        fmt::format("reading the config file {}: there is no setting '{}'; {}",
                    path, name,
                    meant.empty() ? "see `man syncq-daemon`, or remove it"
                                  : fmt::format("did you mean '{}'?", meant)),
        kExitUsage);
  }
}

void fill(DaemonOptions& options, std::string_view name, FoundSetting& found) {
  if (name == "idle-exit") options.idle_exit = read_duration(found);
  if (name == "durability") options.durability = read_choice(found);
  if (name == "max-message") options.max_message = read_bytes(found);
  if (name == "max-in-flight") options.max_in_flight = read_bytes(found);
  if (name == "log-level") options.log_level = read_choice(found);
  if (name == "tcp") options.tcp.addresses = read_addresses(found);
  if (name == "tcp-no-token") options.tcp.token = !read_flag(found);
  if (name == "allow-host") options.tcp.hosts = read_hosts(found);
  if (name == "tcp-timeout") {
    options.tcp.timeout =
        read_duration(found, kLeastTcpTimeout, kMostTcpTimeout);
  }
}

}  // namespace

DaemonOptions settle_settings(const NamedValues& given) {
  ConfigPath path = find_config_path();
  std::optional<NamedValues> read;
  if (!path.path.empty()) {
    read = read_config_file(path.path, !path.is_explicit);
  }
  NamedValues file = read.value_or(NamedValues());
  refuse_unknown(file, path.path);
  DaemonOptions options;
  if (read) options.config_file = path.path;
  for (const SettingRule& rule : all_settings()) {
    FoundSetting found = find(rule, given, file, path.path);
    check_count(found);
    fill(options, rule.name, found);
    if (found.rule.kind == SettingKind::kFlag) {
      refuse_open_door(found, options.tcp);
    }
    options.settings.push_back(
        {rule.name, fmt::format("{}", fmt::join(found.values, ", ")),
         found.source});
  }
  // A client from elsewhere could not start the daemon again.
  Setting& idle_exit = options.settings.front();
  if (!options.tcp.addresses.empty() && idle_exit.source == "default") {
    options.idle_exit = Duration::zero();
    idle_exit.value = "0";
  }
  return options;
}

}  // namespace syncq
