#include "daemon/slow_iterations.h"

#include <fmt/format.h>

#include <utility>

namespace syncq {
namespace {

std::int64_t millis(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration)
      .count();
}

}  // namespace

std::optional<std::string> SlowIterations::note(const IterationTimes& times,
                                                Instant now) {
  if (times.all() < kSlow) return std::nullopt;
  const bool quiet = told_at_ && now < *told_at_ + kQuiet;
  if (quiet && times.all() < 2 * told_) {
    ++untold_;
    return std::nullopt;
  }
  told_at_ = now;
  told_ = times.all();
  std::string text = fmt::format(
      "an iteration took {} ms: {} ms to decide, {} ms to commit, {} ms to "
      "send to {} connections",
      millis(times.all()), millis(times.to_decide), millis(times.to_commit),
      millis(times.to_send), times.answered);
  if (int others = std::exchange(untold_, 0)) {
    text +=
        fmt::format("; {} others were slow since the last one said", others);
  }
  return text;
}

}  // namespace syncq
