#include "daemon/http/json_object.h"

#include <fmt/format.h>

#include <set>
#include <string>

namespace syncq {

using nlohmann::json;

// Of the outermost object only: a field is never an object here.
Result<json> parse_object(std::string_view text) {
  std::set<std::string> names;
  std::optional<std::string> twice;
  auto note = [&](int depth, json::parse_event_t event, const json& value) {
    if (event == json::parse_event_t::key && depth == 1) {
      auto name = value.get<std::string>();
      if (!names.insert(name).second) twice = name;
    }
    return true;
  };
  json parsed = json::parse(text, note, false);
  if (!parsed.is_object()) {
    return Refusal{ErrorCode::kInvalidJson,
                   "the body is no JSON object: send one like {\"name\": "
                   "\"jobs\"}, or none"};
  }
  if (twice) {
    return Refusal{
        ErrorCode::kInvalidJson,
        fmt::format("field '{}' is there twice: send it once", *twice)};
  }
  return parsed;
}

std::optional<std::int64_t> whole_number(const json& value, std::int64_t least,
                                         std::int64_t most) {
  if (!value.is_number_integer()) return std::nullopt;
  bool fits =
      !value.is_number_unsigned() ||
      value.get<std::uint64_t>() <=
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!fits) return std::nullopt;
  auto number = value.get<std::int64_t>();
  if (number < least || number > most) return std::nullopt;
  return number;
}

}  // namespace syncq
