#pragma once

#include <optional>

#include "common/clock.h"

namespace syncq {

// The sooner of two times, of which none is never.
inline std::optional<Instant> sooner(std::optional<Instant> a,
                                     std::optional<Instant> b) {
  return !b || (a && *a < *b) ? a : b;
}

// Not later than the nearest deadline in a store, which need not be asked in
// each iteration of the loop. Not known at first. One thread.
class NearestDeadline {
 public:
  // A deadline was set.
  void add(std::optional<Instant> deadline) {
    nearest_ = sooner(nearest_, deadline);
  }
  // The store was asked.
  void know(std::optional<Instant> nearest) {
    nearest_ = nearest;
    known_ = true;
  }
  void forget() { known_ = false; }

  // When to do what is due, and then ask the store; at once if not known.
  std::optional<Instant> next() const { return known_ ? nearest_ : Instant(); }
  bool due(Instant now) const {
    return !known_ || (nearest_ && *nearest_ <= now);
  }

 private:
  std::optional<Instant> nearest_;
  bool known_ = false;
};

}  // namespace syncq
