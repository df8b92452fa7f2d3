#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace syncq {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline constexpr std::uint32_t kNoCharacter = 0xFFFFFFFF;

// Removes and returns the first character; for bytes that are not UTF-8 (RFC
// 3629), removes one and returns kNoCharacter.
std::uint32_t take_character(std::string_view& text);

// Whether the bytes are UTF-8, which JSON can hold as they are.
bool is_utf8(std::string_view bytes);

// `text` made safe for a terminal: control characters, those that change the
// text direction, and bytes that are not UTF-8 become '?'.
std::string sanitize(std::string_view text);

// Whether it can be the value of a field in an HTTP head, whose line it must
// not end.
bool is_field_value(std::string_view text);

}  // namespace syncq
