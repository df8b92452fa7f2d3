#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace syncq {

// RFC 4648, section 4, with its padding.
std::string base64_encode(std::string_view bytes);
// Reads that; nullopt for anything else.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace syncq
