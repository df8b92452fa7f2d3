#pragma once

#include <string>
#include <string_view>

#include "common/clock.h"

namespace syncq {

// `text` as a JSON string in its quotes; bytes that are not UTF-8 are
// replaced.
std::string json_string(std::string_view text);
// The same, null for an empty text.
std::string json_string_or_null(std::string_view text);
// Wall-clock time as RFC 3339 in UTC, without quotes.
std::string timestamp(WallMillis wall);

}  // namespace syncq
