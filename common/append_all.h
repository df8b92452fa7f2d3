#pragma once

#include <string>
#include <string_view>

namespace syncq {

// Appends the pieces, each of which is or becomes a std::string_view. For
// what each request needs: fmt would look at each character.
template <typename... Pieces>
void append_all(std::string& out, const Pieces&... pieces) {
  (out.append(std::string_view(pieces)), ...);
}

}  // namespace syncq
