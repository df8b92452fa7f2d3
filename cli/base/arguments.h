#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

namespace syncq {

// Words of the command line, with a nullptr past the last, as execvp(3) needs.
using Arguments = std::span<char* const>;

// What stands before the first `--`, and after it; no `after` if there is none.
struct SplitArguments {
  Arguments before;
  std::optional<Arguments> after;
};
inline SplitArguments split_at_dashes(Arguments words) {
  auto dashes = std::find_if(words.begin(), words.end(), [](const char* word) {
    return std::string_view(word) == "--";
  });
  auto own = static_cast<std::size_t>(dashes - words.begin());
  if (own == words.size()) return {words, std::nullopt};
  return {words.first(own), words.subspan(own + 1)};
}

}  // namespace syncq
