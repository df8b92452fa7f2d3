#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/base/named_values.h"
#include "cli/client/client.h"
#include "cli/client/target.h"

namespace syncq {

// One setting of a running daemon, as it tells it.
struct RunningSetting {
  std::string name;
  std::string value;   // a list's values have ", " between them
  std::string source;  // "default", "file", "environment" or "option"
};

struct RunningConfig {
  std::string config_file;  // "" if none was read
  std::vector<RunningSetting> settings;

  // What came from options.
  NamedValues given() const;
};

// Asks the daemon that runs for its configuration; starts none. nullopt if none
// runs, or it does not answer in time; empty if it is too old to tell it.
// Throws Failure.
std::optional<RunningConfig> ask_config(const Target& target);

// Reads an answer of GET /config. What is missing in it is "".
RunningConfig read_config(const DaemonReply& reply);

// The words that give these settings to `syncq daemon run`.
std::vector<std::string> option_words(const NamedValues& given);

}  // namespace syncq
