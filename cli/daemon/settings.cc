#include "cli/daemon/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/base/output.h"

namespace syncq {
namespace {

using enum SettingKind;

constexpr std::array kSettings = {
    SettingRule{"idle-exit", "SYNCQ_IDLE_EXIT", kDuration, "15m",
                "End after this long without work; 0: never (default 15m; 0 "
                "with --tcp)"},
    SettingRule{"durability", "SYNCQ_DURABILITY", kChoice, "full",
                "full: answers survive power loss; normal: a crash only",
                "full|normal"},
    SettingRule{"max-message", "SYNCQ_MAX_MESSAGE", kBytes, "16777216",
                "The largest message in bytes (default 16777216)"},
    SettingRule{
        "max-in-flight", "SYNCQ_MAX_IN_FLIGHT", kBytes, "268435456",
        "Bytes of all requests and answers under way (default 268435456)"},
    SettingRule{"log-level", "SYNCQ_LOG_LEVEL", kChoice, "info",
                "How much to log (default info)", "debug|info|warn|error"},
    SettingRule{"tcp", "SYNCQ_TCP", kList, "",
                "Listen there too, as 127.0.0.1:7077; may be repeated",
                "ADDRESS"},
    SettingRule{"tcp-no-token", "SYNCQ_TCP_NO_TOKEN", kFlag, "false",
                "Ask no token of TCP clients; on loopback addresses only"},
    SettingRule{"allow-host", "SYNCQ_ALLOW_HOST", kList, "",
                "Another name for this daemon in TCP requests; may be repeated",
                "NAME[:PORT]"},
    SettingRule{"tcp-timeout", "SYNCQ_TCP_TIMEOUT", kDuration, "30s",
                "A TCP client that vanished without a word is noticed after "
                "this long (default 30s)"},
};

std::vector<std::string> choices_of(const SettingRule& rule) {
  std::vector<std::string> choices;
  std::string_view rest = rule.values;
  while (!rest.empty()) {
    std::size_t end = std::min(rest.find('|'), rest.size());
    choices.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return choices;
}

}  // namespace

std::span<const SettingRule> all_settings() { return kSettings; }

const SettingRule* find_setting(std::string_view name) {
  for (const SettingRule& rule : kSettings) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

void SettingOptions::add_to(CommandLine& line) {
  // They must not move from here on.
  slots_.resize(kSettings.size());
  for (std::size_t i = 0; i < kSettings.size(); ++i) {
    const SettingRule& rule = kSettings[i];
    std::string option = std::string("--") + rule.name;
    const char* name = option.c_str();
    Slot& slot = slots_[i];
    switch (rule.kind) {
      case kDuration:
        line.duration(name, slot.text, rule.help);
        break;
      case kChoice:
        line.choice(name, slot.text, choices_of(rule), rule.help);
        break;
      case kBytes:
        line.number(name, slot.text, 1, kMostBytes, rule.help);
        break;
      case kList:
        line.list(name, slot.list, rule.help, rule.values);
        break;
      case kFlag:
        line.flag(name, slot.text, rule.help);
        break;
    }
  }
}

NamedValues SettingOptions::given() const {
  NamedValues given;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (!slot.text.empty()) given[kSettings[i].name] = {slot.text};
    if (!slot.list.empty()) given[kSettings[i].name] = slot.list;
  }
  return given;
}

NamedValues known_settings(const NamedValues& given) {
  NamedValues known;
  for (const auto& [name, values] : given) {
    if (find_setting(name) != nullptr) {
      known.emplace(name, values);
    } else {
      say(
          fmt::format("the running daemon has --{}, which is unknown to this "
                      "version: it is left out",
                      name));
    }
  }
  return known;
}

}  // namespace syncq
