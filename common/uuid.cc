#include "common/uuid.h"

#include "common/ascii_case.h"
#include "common/hex.h"

namespace syncq {
namespace {

constexpr std::size_t kTextLength = 36;
constexpr std::size_t kPlainLength = 32;
constexpr std::string_view kUrn = "urn:uuid:";

bool is_dash_place(std::size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

// Without braces or a URN's prefix (in either case, RFC 8141): only the form
// with dashes is written with these.
std::string_view unwrapped(std::string_view text) {
  if (text.size() == kTextLength + 2 && text.front() == '{' &&
      text.back() == '}') {
    return text.substr(1, kTextLength);
  }
  bool urn = text.size() == kUrn.size() + kTextLength &&
             equal_in_any_case(text.substr(0, kUrn.size()), kUrn);
  return urn ? text.substr(kUrn.size()) : text;
}

}  // namespace

// Boost's string_generator throws on bad input.
std::optional<Uuid> Uuid::parse(std::string_view text) {
  text = unwrapped(text);
  bool dashed = text.size() == kTextLength;
  if (!dashed && text.size() != kPlainLength) return std::nullopt;
  Uuid uuid;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (dashed && is_dash_place(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint8_t& byte = uuid.bytes[nibble / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++nibble;
  }
  return uuid;
}

Uuid Uuid::plus(std::uint32_t count) const {
  Uuid sum = *this;
  std::uint64_t carry = count;
  for (std::size_t i = bytes.size(); i-- > bytes.size() - sizeof count;) {
    carry += sum.bytes[i];
    sum.bytes[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return sum;
}

std::string Uuid::text() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(kTextLength, '-');
  std::size_t place = 0;
  for (std::uint8_t byte : bytes) {
    if (is_dash_place(place)) ++place;
    text[place++] = kDigits[byte >> 4];
    text[place++] = kDigits[byte & 15];
  }
  return text;
}

}  // namespace syncq
