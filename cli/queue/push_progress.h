#pragma once

#include <cstdint>
#include <string>

#include "cli/base/deadline.h"

namespace syncq {

// "1234567" as "1,234,567".
std::string grouped(std::uint64_t number);

// Tells people on a terminal how a long push goes: a live line on stderr, and
// a last one when it is over. Nothing elsewhere. One thread.
class PushProgress {
 public:
  explicit PushProgress(bool quiet) : quiet_(quiet) {}

  // When update() is due.
  Deadline next() const { return quiet_ ? Deadline::never() : next_; }
  void update(std::uint64_t acknowledged);
  // Clears the live line: another message follows.
  void clear();
  // All is acknowledged.
  void finish(std::uint64_t acknowledged);

 private:
  double seconds() const;

  bool quiet_;
  bool drawn_ = false;
  Deadline::Clock::time_point began_ = Deadline::Clock::now();
  Deadline next_ = Deadline::after(std::chrono::milliseconds(200));
};

}  // namespace syncq
