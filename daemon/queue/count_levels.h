#pragma once

#include <cstdint>
#include <optional>

namespace syncq {

// How to find the nth message of a generation that may have holes: its messages
// are counted in spans of 32 offsets, those in spans of 1,024, and so on, so
// that at each level at most kCountSpan counts are stepped over (at the
// coarsest, one for each million offsets).
inline constexpr int kCountShift = 5;
inline constexpr std::int64_t kCountSpan = std::int64_t{1} << kCountShift;
inline constexpr int kCountLevels = 4;

// Of the finest span that has the message: its first offset, and how many of
// its messages come before the message looked for.
struct CountedSpan {
  std::int64_t first_place = 0;
  std::int64_t index = 0;
};

// `find(level, from, to, index)` steps over the spans from..to of a level while
// their counts are within `index`, and takes those from it; it returns the span
// whose count is not. nullopt: there are fewer messages.
template <typename Find>
std::optional<CountedSpan> find_span(std::int64_t index,
                                     std::int64_t last_place, Find&& find) {
  std::int64_t from = 0;
  std::int64_t to = last_place;
  for (int level = kCountLevels; level > 0; --level) {
    std::optional<std::int64_t> span = find(level, from, to, index);
    if (!span) return std::nullopt;
    from = *span << kCountShift;
    to = from + kCountSpan - 1;
  }
  return CountedSpan{from, index};
}

}  // namespace syncq
