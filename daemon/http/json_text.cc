#include "daemon/http/json_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace syncq {
namespace {

bool is_plain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

std::string quoted(std::string_view text) {
  // Nearly always, and quicker than through a value of the library.
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    return '"' + std::string(text) + '"';
  }
  return nlohmann::json(text).dump(-1, ' ', false,
                                   nlohmann::json::error_handler_t::replace);
}

}  // namespace

JsonObject& JsonObject::add_raw(std::string_view name, std::string_view json) {
  if (members_.size() > 1) members_ += ',';
  members_.append("\"").append(name).append("\":").append(json);
  return *this;
}

JsonObject& JsonObject::add(std::string_view name, std::string_view text) {
  return add_raw(name, quoted(text));
}

JsonObject& JsonObject::add_or_null(std::string_view name,
                                    std::string_view text) {
  return text.empty() ? add_raw(name, "null") : add(name, text);
}

std::string timestamp(WallMillis wall) {
  std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds(wall)};
  auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (time - seconds).count());
}

}  // namespace syncq
