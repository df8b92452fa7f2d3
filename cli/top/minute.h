#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "cli/top/snapshot.h"

namespace syncq {

// What a queue looked like in each second of the last minute.
class Minute {
 public:
  // None where nothing is known.
  using Series = std::vector<std::optional<double>>;

  // The queue is like this from now on.
  void note(Moment now, const TopQueue& queue);

  // There is more than how it looks now.
  bool has_past() const { return samples_.size() > 1; }

  // The minute in so many parts, the last one ends now: the messages stored at
  // the end of each; how many came a second, and how many left.
  Series stored(std::size_t parts, Moment now) const;
  Series in(std::size_t parts, Moment now) const;
  Series out(std::size_t parts, Moment now) const;

 private:
  struct Sample {
    Moment at;
    std::int64_t stored = 0;
    std::int64_t in = 0;
    std::int64_t out = 0;
  };
  const Sample* at(Moment moment) const;
  template <typename Value>
  Series series(std::size_t parts, Moment now, Value value) const;
  Series rates(std::size_t parts, Moment now,
               std::int64_t Sample::*counter) const;

  std::deque<Sample> samples_;
};

// "▁▂▄█", the highest value as the highest bar, spaces where nothing is known;
// of ASCII without `utf8`.
std::string sparkline(const Minute::Series& series, bool utf8);

}  // namespace syncq
