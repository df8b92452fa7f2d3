#include "common/characters.h"

#include <algorithm>

namespace syncq {
namespace {

bool is_harmful(std::uint32_t c) {
  return c == kNoCharacter || c < 0x20 || (c >= 0x7F && c <= 0x9F) ||
         c == 0x061C || (c >= 0x200E && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::uint32_t take_character(std::string_view& text) {
  auto byte = [&text](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  std::uint32_t first = byte(0);
  std::size_t length = first < 0x80   ? 1
                       : first < 0xE0 ? 2
                       : first < 0xF0 ? 3
                                      : 4;
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  std::uint32_t value = length == 1 ? first : first & (0x7FU >> length);
  bool good = first < 0x80 || (first >= 0xC2 && first <= 0xF4);
  good = good && length <= text.size();
  for (std::size_t at = 1; good && at < length; ++at) {
    good = (byte(at) & 0xC0) == 0x80;
    value = value << 6 | (byte(at) & 0x3F);
  }
  good = good && value >= kLeast[length] && value <= 0x10FFFF &&
         (value < 0xD800 || value > 0xDFFF);
  text.remove_prefix(good ? length : 1);
  return good ? value : kNoCharacter;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    if (take_character(bytes) == kNoCharacter) return false;
  }
  return true;
}

std::string sanitize(std::string_view text) {
  // As good as all text is, the log's lines too.
  bool plain = std::all_of(text.begin(), text.end(),
                           [](char c) { return c >= 0x20 && c < 0x7F; });
  if (plain) return std::string(text);
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    std::string_view before = text;
    if (is_harmful(take_character(text))) {
      clean += '?';
    } else {
      clean += before.substr(0, before.size() - text.size());
    }
  }
  return clean;
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

}  // namespace syncq
