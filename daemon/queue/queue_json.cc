// A queue as JSON, both ways.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "daemon/http/json_object.h"
#include "daemon/http/json_text.h"
#include "daemon/queue/queue_handlers.h"

namespace syncq {
namespace {

using nlohmann::json;

Refusal bad_field(std::string_view name, std::string_view wanted) {
  return {ErrorCode::kInvalidJson,
          fmt::format("field '{}' of the queue: it must be {}", name, wanted)};
}

// Each returns what is wrong, "" for nothing.
std::string_view read_text(const json& value, std::string& into) {
  if (!value.is_string()) return "a string";
  into = value.get<std::string>();
  return "";
}

std::string_view read_flag(const json& value, bool& into) {
  if (!value.is_boolean()) return "true or false";
  into = value.get<bool>();
  return "";
}

std::string_view read_positive(const json& value, std::int64_t& into) {
  auto number = whole_number(value, 1);
  if (!number) return "null or a whole number of at least 1";
  into = *number;
  return "";
}

std::string_view read_rate(const json& value, Rate& into) {
  static const std::string kWanted = fmt::format("null or {}", kRateGrammar);
  auto rate =
      value.is_string() ? parse_rate(value.get<std::string>()) : std::nullopt;
  if (!rate) return kWanted;
  into = *rate;
  return "";
}

std::string_view read_overflow(const json& value, Overflow& into) {
  if (value == "evict") {
    into = Overflow::kEvict;
  } else if (value == "reject") {
    into = Overflow::kReject;
  } else {
    return "\"evict\" or \"reject\"";
  }
  return "";
}

Result<> read_field(const std::string& name, const json& value,
                    QueueConfig& config) {
  static constexpr std::array kFields = {
      "name",         "ephemeral",   "capacity",  "overflow",
      "max_attempts", "dead_letter", "in_flight", "rate"};
  if (std::find(kFields.begin(), kFields.end(), name) == kFields.end()) {
    return Refusal{ErrorCode::kUnknownParameter,
                   fmt::format("field '{}' is not known: use {}", name,
                               fmt::join(kFields, ", "))};
  }
  // The default of each.
  if (value.is_null()) return Nothing{};
  std::string_view fault;
  if (name == "name") {
    fault = read_text(value, config.name);
    if (fault.empty() && config.name.empty()) fault = "not empty";
  } else if (name == "ephemeral") {
    fault = read_flag(value, config.ephemeral);
  } else if (name == "capacity") {
    fault = read_positive(value, config.capacity.emplace());
  } else if (name == "overflow") {
    fault = read_overflow(value, config.overflow);
  } else if (name == "max_attempts") {
    fault = read_positive(value, config.max_attempts);
  } else if (name == "in_flight") {
    fault = read_positive(value, config.in_flight);
  } else if (name == "rate") {
    fault = read_rate(value, config.rate);
  } else {
    fault = read_text(value, config.dead_letter);
  }
  if (!fault.empty()) return bad_field(name, fault);
  return Nothing{};
}

}  // namespace

Result<QueueConfig> read_queue_config(std::string_view body) {
  QueueConfig config;
  if (body.empty()) return config;
  Result<json> parsed = parse_object(body);
  if (!parsed) return parsed.refusal();
  for (const auto& [name, value] : parsed->items()) {
    Result<> read = read_field(name, value, config);
    if (!read) return read.refusal();
  }
  return config;
}

Result<> read_queue_changes(std::string_view body, QueueConfig& config) {
  Result<json> parsed = parse_object(body);
  if (!parsed) return parsed.refusal();
  const QueueConfig defaults;
  for (const auto& [name, value] : parsed->items()) {
    if (name == "name" || name == "ephemeral") {
      return Refusal{ErrorCode::kUnknownParameter,
                     fmt::format("field '{}' of a queue can't be changed: make "
                                 "another queue",
                                 name)};
    }
    if (name == "capacity") config.capacity.reset();
    if (name == "overflow") config.overflow = defaults.overflow;
    if (name == "max_attempts") config.max_attempts = 0;
    if (name == "dead_letter") config.dead_letter.clear();
    if (name == "in_flight") config.in_flight = 0;
    if (name == "rate") config.rate = {};
    Result<> read = read_field(name, value, config);
    if (!read) return read;
  }
  return Nothing{};
}

JsonObject queue_json(const Queue& queue) {
  const QueueConfig& config = queue.config;
  std::optional<std::int64_t> max_attempts;
  if (config.max_attempts != 0) max_attempts = config.max_attempts;
  std::optional<std::int64_t> in_flight;
  if (config.in_flight != 0) in_flight = config.in_flight;
  return JsonObject()
      .add("id", queue.uuid.text())
      .add("name", config.name)
      .add("ephemeral", config.ephemeral)
      .add("capacity", config.capacity)
      .add("size", queue.size)
      .add("created_at", timestamp(queue.created))
      .add("leased", queue.leased)
      .add("delayed", queue.delayed)
      .add("blocked", queue.blocked)
      .add("overflow", config.overflow == Overflow::kEvict ? "evict" : "reject")
      .add("max_attempts", max_attempts)
      .add_or_null("dead_letter", config.dead_letter)
      .add("paused", queue.paused)
      .add("in_flight", in_flight)
      .add_or_null("rate", format_rate(config.rate));
}

}  // namespace syncq
