#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace syncq {

// RFC 4648, section 4, with its padding; nullopt for anything else.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace syncq
