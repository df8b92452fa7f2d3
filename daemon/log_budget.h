#pragma once

#include <cstdint>
#include <optional>

#include "common/clock.h"

namespace syncq {

// How much is logged of what clients do. They may do it thousands of times a
// second: all of that would cost as much as the work itself, and push
// everything else out of the log. One thread.
class LogBudget {
 public:
  static constexpr Duration kPeriod = std::chrono::seconds(10);
  static constexpr int kLines = 100;  // in each period

  // Whether one more line may be logged. left_out() comes first.
  bool admits(Instant now);
  // How many were not in the period that is over, once.
  std::int64_t left_out(Instant now);
  // When left_out() will have something to tell; none: nothing so far.
  std::optional<Instant> next_due() const;

 private:
  Instant until_;  // the end of this period
  std::int64_t asked_ = 0;
};

}  // namespace syncq
