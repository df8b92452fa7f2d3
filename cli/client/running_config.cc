#include "cli/client/running_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/client/ask.h"
#include "cli/client/json_fields.h"

namespace syncq {
namespace {

// No value has a comma of its own.
std::vector<std::string> split_values(std::string_view text) {
  constexpr std::string_view kBetween = ", ";
  std::vector<std::string> values;
  while (!text.empty()) {
    std::size_t end = std::min(text.find(kBetween), text.size());
    values.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + kBetween.size(), text.size()));
  }
  return values;
}

}  // namespace

NamedValues RunningConfig::given() const {
  NamedValues given;
  for (const RunningSetting& each : settings) {
    if (each.source == "option") given[each.name] = split_values(each.value);
  }
  return given;
}

RunningConfig read_config(const DaemonReply& reply) {
  RunningConfig config;
  const auto body = nlohmann::json::parse(reply.body, nullptr, false);
  config.config_file = field_text(body, "config_file");
  for (const nlohmann::json& each : field_of(body, "settings")) {
    config.settings.push_back({field_text(each, "name"),
                               field_text(each, "value"),
                               field_text(each, "source")});
  }
  return config;
}

std::optional<RunningConfig> ask_config(const Target& target) {
  std::optional<DaemonReply> reply = ask_if_running(target, "/config");
  if (!reply) return std::nullopt;
  return reply->ok() ? read_config(*reply) : RunningConfig();
}

std::vector<std::string> option_words(const NamedValues& given) {
  std::vector<std::string> words;
  for (const auto& [name, values] : given) {
    for (const std::string& value : values) {
      words.push_back(fmt::format("--{}={}", name, value));
    }
  }
  return words;
}

}  // namespace syncq
