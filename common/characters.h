#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace syncq {

inline constexpr std::uint32_t kNoCharacter = 0xFFFFFFFF;

// Takes the first character off; kNoCharacter, and one byte, for bytes that
// are no UTF-8 (RFC 3629).
std::uint32_t take_character(std::string_view& text);

// `text` without what could drive a terminal: control characters, those that
// turn the direction of writing, and bytes that are no UTF-8 become '?'.
std::string sanitize(std::string_view text);

}  // namespace syncq
