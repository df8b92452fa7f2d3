#pragma once

#include <optional>

#include "common/clock.h"
#include "daemon/store/meta_store.h"

namespace syncq {

// The daemon's clock. Its timeline is CLOCK_MONOTONIC shifted so that it goes
// on over restarts: within one boot the time in between counts, after a
// reboot it goes on where it was last seen. The wall clock moves nothing, and
// neither does a suspended machine. Sampled once a turn. One thread.
class SystemClock final : public Clock {
 public:
  // How much of the timeline a crash of the machine may take back of a daemon
  // at work, and of an idle one that has a deadline: it wakes up for it. That
  // much more, half a minute, as the system takes to write it: nothing is
  // synced for it.
  static constexpr Duration kHeartbeat = std::chrono::seconds(10);
  static constexpr Duration kIdleHeartbeat = std::chrono::minutes(1);
  // How late a turn may be, and how long the sockets are read before what was
  // due then.
  static constexpr Duration kLate = std::chrono::milliseconds(100);
  static constexpr Duration kReadFirst = std::chrono::milliseconds(100);

  // Reads where the timeline was, and writes its new shift where that
  // changed.
  explicit SystemClock(MetaStore& meta, Duration (*monotonic)() = steady);

  Instant now() const override;
  WallMillis wall() const override;
  // The next now() and wall() read the clocks anew. `due`: when the next turn
  // has to be at the latest. One that is much later was stopped or stalled: the
  // timeline leaves that out, and goes on a little before `due`, so that what
  // lies in the sockets is read before anything is too late.
  void new_iteration(std::optional<Instant> due);
  // How much later it is by now than now() says: how long the turn lasts.
  Duration iteration_age() const;
  // True where no reboot lies between this run and the last.
  bool same_boot() const { return same_boot_; }
  // Writes the time of now, if the last time is kHeartbeat ago or `force`.
  void heartbeat(bool force);
  // When an idle daemon has to write it.
  Instant next_heartbeat() const { return saved_ + kIdleHeartbeat; }

 private:
  void sample() const;
  bool late(Instant read) const;

  static Duration steady();

  MetaStore& meta_;
  Duration (*monotonic_)();
  mutable Duration shift_{};
  Duration saved_shift_{};
  bool same_boot_ = false;
  Instant saved_;
  std::optional<Instant> due_;
  mutable bool sampled_ = false;
  mutable bool left_out_ = false;  // of this turn's lateness
  mutable Instant now_;
  mutable WallMillis wall_ = 0;
};

}  // namespace syncq
