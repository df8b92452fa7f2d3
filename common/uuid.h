#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace syncq {

// A random (version 4) UUID, RFC 9562. 16 bytes, compared bytewise.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;

  static Uuid random();
  // Reads the 36-character form, upper or lower case, also after urn:uuid: or
  // in braces, and the one without dashes: our clients are used to servers that
  // take these. nullopt for anything else.
  static std::optional<Uuid> parse(std::string_view text);
  // The one `count` after it, counted in its last four bytes.
  Uuid plus(std::uint32_t count) const;
  // The 36-character form in lower case.
  std::string text() const;
};

}  // namespace syncq
