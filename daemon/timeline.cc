#include "daemon/timeline.h"

#include <fstream>
#include <utility>

namespace syncq {
namespace {

constexpr std::string_view kBoot = "boot_id";
constexpr std::string_view kShift = "timeline_shift";
constexpr std::string_view kLast = "timeline_last";

// random(4): a new one each boot.
std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

Duration monotonic() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

SystemClock::SystemClock(MetaStore& meta) : meta_(meta) {
  std::string boot = boot_id();
  same_boot_ = !boot.empty() && meta.text(kBoot) == boot;
  if (same_boot_) {
    shift_ = Duration(meta.number(kShift));
    return;
  }
  shift_ = Duration(meta.number(kLast)) - monotonic();
  meta.set(kBoot, std::string_view(boot));
  meta.set(kShift, shift_.count());
}

void SystemClock::sample() const {
  if (std::exchange(sampled_, true)) return;
  now_ = Instant(monotonic() + shift_);
  wall_ = std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count();
}

Instant SystemClock::now() const {
  sample();
  return now_;
}

WallMillis SystemClock::wall() const {
  sample();
  return wall_;
}

Duration SystemClock::turn_age() const {
  Instant began = now();
  return Instant(monotonic() + shift_) - began;
}

void SystemClock::heartbeat(bool force) {
  if (!force && now() - saved_ < kHeartbeat) return;
  saved_ = now();
  meta_.set(kLast, saved_.time_since_epoch().count());
}

}  // namespace syncq
