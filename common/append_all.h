#pragma once

#include <string>
#include <string_view>

namespace syncq {

// Appends the pieces, each of which converts to std::string_view. For the path
// of each request: fmt would look at each character.
template <typename... Pieces>
void append_all(std::string& out, const Pieces&... pieces) {
  (out.append(std::string_view(pieces)), ...);
}

}  // namespace syncq
