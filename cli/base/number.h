#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace syncq {

// A whole number in decimal digits and nothing else, from `low` to `high`, with
// a minus only if `low` is below zero. The one reader of numbers: checking and
// using an option must agree.
inline std::optional<std::int64_t> read_number(std::string_view text,
                                               std::int64_t low,
                                               std::int64_t high) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  auto [stop, fault] = std::from_chars(text.data(), end, number);
  bool sign_is_fine = low < 0 || (!text.empty() && text[0] != '-');
  bool whole = sign_is_fine && stop == end;
  if (fault != std::errc() || !whole || number < low || number > high) {
    return std::nullopt;
  }
  return number;
}

}  // namespace syncq
