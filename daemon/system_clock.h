#pragma once

#include <optional>

#include "common/clock.h"
#include "daemon/store/meta_store.h"

namespace syncq {

// The daemon's clock. Its timeline is CLOCK_MONOTONIC shifted to continue
// across restarts: within one boot the time in between counts; after a reboot
// it continues from where it was last seen. Neither the wall clock nor a
// suspended machine moves it. Sampled once per iteration. One thread.
class SystemClock final : public Clock {
 public:
  // How much of the timeline a crash of the machine may take back: from a
  // daemon that keeps writing, and from an idle one that has a deadline, which
  // wakes up for it. Add the half a minute that the system takes to write it:
  // nothing is synced for it.
  static constexpr Duration kHeartbeat = std::chrono::seconds(10);
  static constexpr Duration kIdleHeartbeat = std::chrono::minutes(1);
  // How late an iteration may be, and how long the sockets are read before what
  // was due then.
  static constexpr Duration kLate = std::chrono::milliseconds(100);
  static constexpr Duration kReadFirst = std::chrono::milliseconds(100);

  // Reads where the timeline was, and writes its new shift if that changed.
  explicit SystemClock(MetaStore& meta, Duration (*monotonic)() = steady);

  Instant now() const override;
  WallMillis wall() const override;
  // The next now() and wall() read the clocks again. `due`: when the next
  // iteration is due at the latest. If it comes much later, the daemon was
  // stopped or stalled: the timeline leaves that out, and continues a little
  // before `due`, so that the sockets are read before anything is too late.
  void new_iteration(std::optional<Instant> due);
  // How much later it is than now() says: how long the iteration has lasted.
  Duration iteration_age() const;
  // True if there was no reboot since the last run.
  bool same_boot() const { return same_boot_; }
  // Writes the current time if it was last written kHeartbeat ago, or if
  // `force`.
  void heartbeat(bool force);
  // When an idle daemon must write it.
  Instant next_heartbeat() const { return saved_ + kIdleHeartbeat; }

 private:
  void sample() const;
  bool late(Instant read) const;

  // CLOCK_MONOTONIC of the machine, in whatever time namespace this is.
  static Duration steady();

  MetaStore& meta_;
  Duration (*monotonic_)();
  mutable Duration shift_{};
  Duration saved_shift_{};
  bool same_boot_ = false;
  Instant saved_;
  std::optional<Instant> due_;
  mutable bool sampled_ = false;
  mutable bool left_out_ = false;  // of this iteration's lateness
  mutable Instant now_;
  mutable WallMillis wall_ = 0;
};

}  // namespace syncq
