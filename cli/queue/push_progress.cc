#include "cli/queue/push_progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr Duration kRedrawEvery = std::chrono::milliseconds(200);

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = fmt::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

double PushProgress::seconds() const {
  return std::chrono::duration<double>(Deadline::Clock::now() - began_).count();
}

void PushProgress::update(std::uint64_t acknowledged) {
  if (quiet_ || !next_.passed()) return;
  next_ = Deadline::after(kRedrawEvery);
  std::optional<std::size_t> columns = live_columns();
  if (!columns) return;
  double rate = static_cast<double>(acknowledged) / std::max(seconds(), 0.001);
  std::string line =
      fmt::format("{} messages pushed, {}/s", grouped(acknowledged),
                  grouped(static_cast<std::uint64_t>(rate)));
  draw_live_line(line, *columns);
  drawn_ = true;
}

void PushProgress::clear() {
  if (drawn_ && live_columns()) clear_live_line();
  drawn_ = false;
}

void PushProgress::finish(std::uint64_t acknowledged) {
  if (!drawn_) return;
  clear();
  Duration took = Deadline::Clock::now() - began_;
  say(fmt::format("{} messages pushed in {}", grouped(acknowledged),
                  describe_duration(took)));
}

}  // namespace syncq
