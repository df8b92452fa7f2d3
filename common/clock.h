#pragma once

#include <chrono>
#include <cstdint>

namespace syncq {

// All lengths of time inside syncq, in nanoseconds as Go's time.Duration has
// them. Zero as a timeout means: none.
using Duration = std::chrono::nanoseconds;

// The daemon's own timeline. It runs with a monotonic clock, never with the
// wall clock, and goes on where it stopped when the daemon or the machine
// restarts: see daemon/timeline.h.
struct Timeline {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Duration;
  using time_point = std::chrono::time_point<Timeline, Duration>;
  static constexpr bool is_steady = true;
};
using Instant = Timeline::time_point;

// Wall-clock time in milliseconds since 1970, for people to read only.
using WallMillis = std::int64_t;

// The only source of time. One thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual WallMillis wall() const = 0;
};

}  // namespace syncq
