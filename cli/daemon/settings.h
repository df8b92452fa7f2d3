#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/base/named_values.h"
#include "cli/options/command_line.h"
#include "daemon/daemon.h"

namespace syncq {

enum class SettingKind { kDuration, kChoice, kBytes, kList, kFlag };

// One setting of the daemon. It comes from, in this order, the option, the
// variable, the config file, the default.
struct SettingRule {
  const char* name;      // the option without its dashes; the name in the file
  const char* variable;  // a list there has commas
  SettingKind kind;
  const char* fallback;  // "" for an empty list
  const char* help;
  const char* values = "";  // of a choice: "A|B"; of a list: one, in --help
};

// The most that a number of bytes can be.
inline constexpr std::int64_t kMostBytes = std::int64_t{1} << 40;

std::span<const SettingRule> all_settings();
const SettingRule* find_setting(std::string_view name);

// The settings as options of a command: `run`, `start` and `restart` have them.
class SettingOptions {
 public:
  // It must outlive the command line.
  void add_to(CommandLine& line);
  // What was given, once the line has been parsed.
  NamedValues given() const;

 private:
  struct Slot {
    std::string text;
    std::vector<std::string> list;
  };
  std::vector<Slot> slots_;
};

// `given` without what this version does not know, which is said on stderr.
NamedValues known_settings(const NamedValues& given);

// Settles all: reads the environment and the config file, checks every value,
// and fills everything but `paths` and `ready_fd`. Throws Failure that says
// where the bad value came from.
DaemonOptions settle_settings(const NamedValues& options);

}  // namespace syncq
