#include "cli/base/estimate.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/duration.h"

namespace syncq {

std::string describe_estimate(Duration duration) {
  using namespace std::chrono_literals;
  using std::chrono::round;
  using std::chrono::seconds;
  if (duration < 9500ms) {
    return fmt::format("{}s", std::max(round<seconds>(duration), 1s).count());
  }
  // To the next five seconds, or the next minute.
  auto steps = [&](Duration step) { return (duration + step / 2) / step; };
  if (duration < 57500ms) return describe_duration(steps(5s) * 5s);
  return describe_duration(std::max<std::int64_t>(steps(1min), 1) * 1min);
}

std::string bar(Duration done, Duration all, std::size_t columns, bool utf8) {
  double part = all > Duration::zero() ? std::chrono::duration<double>(done) /
                                             std::chrono::duration<double>(all)
                                       : 1;
  auto full = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) *
                                       static_cast<double>(columns));
  std::string text;
  for (std::size_t i = 0; i < columns; ++i) {
    text += i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : "-");
  }
  return text;
}

}  // namespace syncq
