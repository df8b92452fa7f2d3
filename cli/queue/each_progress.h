#pragma once

#include <deque>
#include <optional>
#include <string>

#include "cli/base/deadline.h"
#include "cli/client/kept_connection.h"
#include "cli/queue/each_options.h"
#include "cli/queue/each_state.h"

namespace syncq {

// How many messages a second were settled over the last half minute. One
// thread.
class SettledRate {
 public:
  using Time = Deadline::Clock::time_point;

  // `settled` so far; never less than before.
  void add(std::uint64_t settled, Time now);
  // 0 until it is known.
  double per_second() const;

 private:
  struct Sample {
    std::uint64_t settled;
    Time at;
  };
  std::deque<Sample> samples_;
};

// "412 done, 3 failed, 1,180 left, 12.0/s, about 1m38s"; what is not known is
// left out.
std::string each_progress_text(EachState::Tally tally,
                               std::optional<std::uint64_t> left,
                               double per_second);

// Tells people on a terminal how a long `queue each` goes, on a line now and
// then: the commands write on the same terminal, which would garble a live
// line. One thread.
class EachProgress {
 public:
  explicit EachProgress(const EachOptions& options);

  // When update() is due.
  Deadline next() const { return next_; }
  // May ask the daemon what is left, for a moment at most.
  void update(EachState::Tally tally);
  // How many messages there are; none if the daemon does not say so soon.
  std::optional<std::uint64_t> left();

 private:
  const EachOptions& options_;
  Client client_;
  KeptConnection connection_;
  SettledRate rate_;
  Deadline next_ = Deadline::never();
  // How many were settled when it was last shown.
  std::uint64_t shown_ = 0;
};

}  // namespace syncq
