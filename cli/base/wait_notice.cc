#include "cli/base/wait_notice.h"

#include <fmt/format.h>

#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr Duration kRedrawEvery = std::chrono::seconds(1);

}  // namespace

void WaitNotice::redraw() {
  next_redraw_ = quiet_ ? Deadline::never() : Deadline::after(kRedrawEvery);
  std::optional<std::size_t> columns = live_columns();
  if (quiet_ || !columns) return;
  std::string line =
      fmt::format("waiting for {} for {}", what_,
                  describe_duration(Deadline::Clock::now() - began_));
  draw_live_line(line, *columns);
  drawn_ = true;
}

void WaitNotice::clear() {
  if (drawn_ && live_columns()) clear_live_line();
  drawn_ = false;
}

}  // namespace syncq
