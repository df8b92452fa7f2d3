#include "common/base64.h"

#include <cstdint>

namespace syncq {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_encode(std::string_view bytes) {
  constexpr std::size_t kGroup = 3;
  std::string text;
  text.reserve((bytes.size() + 2) / kGroup * 4);
  for (std::size_t at = 0; at < bytes.size(); at += kGroup) {
    std::string_view group = bytes.substr(at, kGroup);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kGroup; ++i) {
      bits <<= 8;
      if (i < group.size()) bits |= static_cast<unsigned char>(group[i]);
    }
    for (std::size_t i = 0; i <= kGroup; ++i) {
      text += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t digit = kDigits.find(text[i]);
    if (digit == kDigits.npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    // After 2, 3 and 4 digits of each group another byte is whole.
    if (i % 4 == 0) continue;
    bytes += static_cast<char>(bits >> (2 * (3 - i % 4)) & 0xff);
  }
  return bytes;
}

}  // namespace syncq
