#pragma once

#include <chrono>
#include <cstdint>

namespace syncq {

// All lengths of time inside syncq, in nanoseconds like Go's time.Duration. A
// timeout of zero means none.
using Duration = std::chrono::nanoseconds;

// The daemon's own timeline. It follows a monotonic clock, never the wall
// clock. It counts the time that no daemon ran; after a reboot it resumes where
// it was last seen: see daemon/system_clock.h.
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
