#include "cli/client/json_fields.h"

#include <algorithm>
#include <ctime>

#include "cli/base/failure.h"
#include "common/duration.h"

namespace syncq {

namespace {

std::string text_of(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() || value.is_boolean() ? value.dump() : std::string();
}

}  // namespace

std::string field_text(const nlohmann::json& object, const char* key) {
  const nlohmann::json& value = field_of(object, key);
  if (!value.is_array()) return text_of(value);
  std::string text;
  for (const nlohmann::json& each : value) {
    text += (text.empty() ? "" : ",") + text_of(each);
  }
  return text;
}

std::string field_age(const nlohmann::json& object, const char* key) {
  std::optional<Duration> duration = field_duration(object, key);
  return duration ? describe_duration(*duration) : std::string();
}

std::string field_clock(const nlohmann::json& object, const char* key) {
  std::string text = field_text(object, key);
  std::tm time{};
  if (strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time) == nullptr) {
    return text;
  }
  constexpr std::time_t kHalfYear = 182 * 86'400;
  const std::time_t moment = timegm(&time);
  const bool is_old = moment < std::time(nullptr) - kHalfYear;
  localtime_r(&moment, &time);
  char shown[32];
  std::strftime(shown, sizeof shown, is_old ? "%b %e  %Y" : "%b %e %H:%M:%S",
                &time);
  return shown;
}

std::optional<Duration> field_duration(const nlohmann::json& object,
                                       const char* key) {
  const nlohmann::json& value = field_of(object, key);
  if (!value.is_number_integer()) return std::nullopt;
  // More is not what a daemon says, and has no nanoseconds.
  constexpr std::int64_t kMost =
      std::chrono::duration_cast<std::chrono::milliseconds>(kMaxDuration)
          .count();
  return std::chrono::milliseconds(
      std::clamp(value.get<std::int64_t>(), -kMost, kMost));
}

const nlohmann::json& field_of(const nlohmann::json& object, const char* key) {
  static const nlohmann::json none = nlohmann::json::object();
  if (!object.is_object()) return none;
  auto found = object.find(key);
  return found == object.end() ? none : *found;
}

nlohmann::json parse_body(const DaemonReply& reply) {
  auto body = nlohmann::json::parse(reply.body, nullptr, false);
  if (!body.is_object()) {
    throw Failure(
        "reading the daemon's answer: it is no JSON object; check "
        "that it really is a syncq daemon");
  }
  return body;
}

}  // namespace syncq
