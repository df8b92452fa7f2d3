#pragma once

#include <chrono>

#include "common/clock.h"
#include "common/patience.h"

namespace syncq {

// The client's bound for a connect, and for retrying a daemon that is gone.
inline const Duration kNetworkBound = patience(std::chrono::seconds(10));
// For the next bytes to be sent or received, unless the daemon may block.
// Longer: it may have to wait for a disk that others keep busy.
inline const Duration kReplyBound = patience(std::chrono::seconds(30));
// For a daemon to start: it syncs several times before it is ready.
inline const Duration kStartBound = patience(std::chrono::seconds(60));

// A moment after which a wait is given up.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline never() { return Deadline(Clock::time_point::max()); }
  static Deadline at(Clock::time_point moment) { return Deadline(moment); }
  static Deadline after(Duration duration) {
    Clock::time_point now = Clock::now();
    if (duration >= Clock::time_point::max() - now) return never();
    return Deadline(now + duration);
  }

  bool is_never() const { return at_ == Clock::time_point::max(); }
  bool passed() const { return !is_never() && Clock::now() >= at_; }
  // The time left; zero once it has passed. Meaningless for never().
  Duration left() const {
    Duration rest = at_ - Clock::now();
    return rest < Duration::zero() ? Duration::zero() : rest;
  }
  // The time left as poll(2) takes it: rounded up, -1 for never.
  int poll_ms() const {
    if (is_never()) return -1;
    auto ms = std::chrono::ceil<std::chrono::milliseconds>(left()).count();
    constexpr long long kLongest = 1'000'000'000;
    return static_cast<int>(ms < kLongest ? ms : kLongest);
  }

  bool operator<(const Deadline& other) const { return at_ < other.at_; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}

  Clock::time_point at_;
};

inline Deadline earlier(Deadline a, Deadline b) { return a < b ? a : b; }

}  // namespace syncq
