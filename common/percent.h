#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace syncq {

// Percent-encoding, RFC 3986 section 2.1. A '+' stays a '+': durations such
// as +5s are written that way in query strings.

// Decodes; nullopt if a % is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);

// Encodes everything but the unreserved characters of RFC 3986.
std::string percent_encode(std::string_view text);

}  // namespace syncq
