#pragma once

#include <array>
#include <map>
#include <optional>

#include "daemon/queue/count_levels.h"

namespace syncq::memory {

// How many messages there are in each span of a generation's offsets.
class SpanCounts {
 public:
  // To the spans that `offset` is in. One with nothing left is forgotten.
  void add(std::int64_t offset, std::int64_t delta) {
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      offset >>= kCountShift;
      auto at = levels_[level].try_emplace(offset).first;
      at->second += delta;
      if (at->second == 0) levels_[level].erase(at);
    }
  }

  bool empty() const { return levels_[0].empty(); }

  // Of the message with `index` others before it.
  std::optional<CountedSpan> find(std::int64_t index) const {
    return find_span(
        index, kAllPlaces,
        [this](int level, std::int64_t from, std::int64_t to,
               std::int64_t& left) -> std::optional<std::int64_t> {
          const auto& spans = levels_[static_cast<std::size_t>(level) - 1];
          auto behind = spans.upper_bound(to);
          for (auto at = spans.lower_bound(from); at != behind; ++at) {
            if (left < at->second) return at->first;
            left -= at->second;
          }
          return std::nullopt;
        });
  }

 private:
  static constexpr std::int64_t kAllPlaces = INT64_MAX;
  std::array<std::map<std::int64_t, std::int64_t>, kCountLevels> levels_;
};

}  // namespace syncq::memory
