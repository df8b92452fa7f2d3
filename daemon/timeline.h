#pragma once

#include "common/clock.h"
#include "daemon/meta_store.h"

namespace syncq {

// The daemon's clock. Its timeline is CLOCK_MONOTONIC shifted so that it goes
// on over restarts: within one boot the time in between counts, after a
// reboot it goes on where it was last seen. The wall clock moves nothing, and
// neither does a suspended machine. Sampled once a turn. One thread.
class SystemClock final : public Clock {
 public:
  // How much of the timeline a crash of the machine may take back.
  static constexpr Duration kHeartbeat = std::chrono::seconds(10);

  // Reads where the timeline was, and writes its new shift where that
  // changed.
  explicit SystemClock(MetaStore& meta);

  Instant now() const override;
  WallMillis wall() const override;
  // The next now() and wall() read the clocks anew.
  void new_turn() { sampled_ = false; }
  // How much later it is by now than now() says: how long the turn lasts.
  Duration turn_age() const;
  // True where no reboot lies between this run and the last.
  bool same_boot() const { return same_boot_; }
  // Writes the time of now, if the last time is kHeartbeat ago or `force`.
  void heartbeat(bool force);

 private:
  void sample() const;

  MetaStore& meta_;
  Duration shift_{};
  bool same_boot_ = false;
  Instant saved_;
  mutable bool sampled_ = false;
  mutable Instant now_;
  mutable WallMillis wall_ = 0;
};

}  // namespace syncq
