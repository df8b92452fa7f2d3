#pragma once

#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"

namespace syncq {

// The longest duration accepted: 100 years of 365.25 days.
inline constexpr Duration kMaxDuration = std::chrono::hours(24) * 36525;

// Reads a duration in the grammar of Go's time.ParseDuration
// (https://pkg.go.dev/time#ParseDuration) plus `d` (24 h) and `w` (7 d).
// Refuses, with kInvalidDuration and a message that begins with `what`, text
// that is negative, empty, without a unit (except a bare 0), or over
// kMaxDuration.
Result<Duration> parse_duration(std::string_view text, std::string_view what);

// The shortest exact spelling that parse_duration reads back: "1h45m", "250ms".
// Zero is "0".
std::string format_duration(Duration duration);

// A spelling for people, rounded to two units: "2m10s", "3d4h", "0.4s".
std::string describe_duration(Duration duration);

}  // namespace syncq
