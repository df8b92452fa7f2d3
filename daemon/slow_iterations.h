#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/clock.h"

namespace syncq {

// How an iteration of the loop spent its time.
struct IterationTimes {
  Duration to_decide{};
  Duration to_commit{};
  Duration to_send{};
  std::size_t answered = 0;  // connections

  Duration all() const { return to_decide + to_commit + to_send; }
};

// Finds the iterations for which others had to wait. A slow disk makes each of
// them slow: one is told a minute, and one that took twice as long as the one
// told last. One thread.
class SlowIterations {
 public:
  static constexpr Duration kSlow = std::chrono::milliseconds(50);
  static constexpr Duration kQuiet = std::chrono::minutes(1);

  // What to log of this iteration, if anything.
  std::optional<std::string> note(const IterationTimes& times, Instant now);

 private:
  std::optional<Instant> told_at_;
  Duration told_{};
  int untold_ = 0;
};

}  // namespace syncq
