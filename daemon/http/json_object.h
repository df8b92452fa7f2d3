#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "common/result.h"

namespace syncq {

// `text` as a JSON object. Refuses one that has a field twice: other readers
// may take the other value.
Result<nlohmann::json> parse_object(std::string_view text);

// `value` as a whole number, if it is one within these bounds.
std::optional<std::int64_t> whole_number(
    const nlohmann::json& value, std::int64_t least,
    std::int64_t most = std::numeric_limits<std::int64_t>::max());

}  // namespace syncq
