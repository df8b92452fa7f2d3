#include "daemon/system_clock.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "common/time_namespace.h"

namespace syncq {
namespace {

constexpr std::string_view kBoot = "boot_id";
constexpr std::string_view kShift = "timeline_shift";

// random(4): a new one each boot.
std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

}  // namespace

Duration SystemClock::steady() {
  return std::chrono::steady_clock::now().time_since_epoch() -
         clock_offsets().monotonic;
}

SystemClock::SystemClock(MetaStore& meta, Duration (*monotonic)())
    : meta_(meta), monotonic_(monotonic) {
  std::string boot = boot_id();
  same_boot_ = !boot.empty() && meta.text(kBoot) == boot;
  if (same_boot_) {
    shift_ = saved_shift_ = Duration(meta.number(kShift));
    return;
  }
  shift_ = saved_shift_ = Duration(meta.number(kTimelineLast)) - monotonic_();
  meta.set(kBoot, std::string_view(boot));
  meta.set(kShift, shift_.count());
}

void SystemClock::sample() const {
  if (std::exchange(sampled_, true)) return;
  Instant read(monotonic_() + shift_);
  if (late(read)) {
    shift_ -= read - (std::max(*due_, now_) - kReadFirst);
    read = Instant(monotonic_() + shift_);
  }
  now_ = std::max(now_, read);
  wall_ = std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count();
}

// Not twice in a row: a daemon that is late again is busy, and its time goes
// on.
bool SystemClock::late(Instant read) const {
  left_out_ = due_ && !left_out_ && read > std::max(*due_, now_) + kLate;
  return left_out_;
}

void SystemClock::new_iteration(std::optional<Instant> due) {
  due_ = due;
  sampled_ = false;
}

Instant SystemClock::now() const {
  sample();
  return now_;
}

WallMillis SystemClock::wall() const {
  sample();
  return wall_;
}

Duration SystemClock::iteration_age() const {
  Instant began = now();
  return Instant(monotonic_() + shift_) - began;
}

void SystemClock::heartbeat(bool force) {
  if (!force && now() - saved_ < kHeartbeat) return;
  meta_.set(kTimelineLast, now().time_since_epoch().count());
  saved_ = now();
  if (saved_shift_ == shift_) return;
  meta_.set(kShift, shift_.count());
  saved_shift_ = shift_;
}

}  // namespace syncq
