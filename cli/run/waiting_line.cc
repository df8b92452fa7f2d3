#include "cli/run/waiting_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/base/estimate.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"
#include "cli/run/hooks.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr Duration kRedrawEvery = std::chrono::seconds(1);
constexpr std::size_t kLeastHolder = 12;

struct Expected {
  bool longer = false;  // the holder takes longer than that
  std::string left;     // "about 4m left"
};

// Until its holder ends, those behind the first get no nearer to their turn.
Expected expected(const Position& position, Duration since_told) {
  Expected expected;
  const HolderInfo& holder = *position.holder;
  Duration passed = since_told;
  if (holder.expected_run) {
    Duration left = *holder.expected_run - holder.held;
    expected.longer = left < since_told;
    passed = std::min(passed, std::max(left, Duration::zero()));
  }
  if (position.expected_wait && *position.expected_wait > passed) {
    Duration left = *position.expected_wait - passed;
    expected.left = fmt::format("about {} left", describe_estimate(left));
  }
  return expected;
}

}  // namespace

std::string waiting_text(std::string_view fifo, const Position& position,
                         Duration since_told, std::string_view separator,
                         std::size_t columns) {
  std::string where =
      fmt::format(": {} of {}", ordinal(position.position), position.of);
  if (position.paused) where += fmt::format("{}paused", separator);
  if (!position.rate.empty()) {
    where += fmt::format("{}at most {}", separator, position.rate);
  }
  std::string time;
  bool by = position.holder.has_value();
  if (by) {
    const auto [longer, wait_left] = expected(position, since_told);
    const std::string place = where;
    where += fmt::format("{}held", separator);
    time = " for " + describe_duration(position.holder->held + since_told);
    if (longer) time += fmt::format(", {}", kLongerThanUsual);
    if (!wait_left.empty()) time += fmt::format("{}{}", separator, wait_left);
    // What is to come says more than what was.
    by = text_width(fifo) + text_width(where + time) <= columns;
    if (!by && (longer || !wait_left.empty())) {
      where = place;
      time = fmt::format("{}{}", separator,
                         wait_left.empty() ? kLongerThanUsual : wait_left);
    }
  }
  std::size_t left = columns - std::min(columns, text_width(where + time));
  constexpr std::string_view kBy = " by ";
  std::size_t least = text_width(fifo) + kBy.size() + kLeastHolder;
  if (by && left >= least) {
    where += kBy;
    where += position.holder->text(left - text_width(fifo) - kBy.size());
    left = text_width(fifo);
  }
  return cut_to_width(cut_middle(fifo, left) + where + time, columns);
}

namespace {

// Of several lines the one is shown that keeps us waiting: in which most stand
// before us, or where it is somebody's turn, or no turn is given.
std::pair<unsigned, bool> weight(const Position& position) {
  bool blocks = position.holder || position.paused || !position.rate.empty();
  return {position.position, blocks};
}

}  // namespace

WaitingLine::WaitingLine(std::string fifo, bool quiet, std::string on_wait)
    : fifo_(std::move(fifo)), quiet_(quiet), on_wait_(std::move(on_wait)) {}

std::string WaitingLine::text(std::size_t columns) const {
  const auto& [position, told_at] = *shown_;
  return waiting_text(position.fifo.empty() ? fifo_ : position.fifo, position,
                      Deadline::Clock::now() - told_at,
                      has_utf8_locale() ? " · " : " - ", columns);
}

void WaitingLine::keep(Told told) {
  auto same = std::find_if(told_.begin(), told_.end(), [&](const Told& each) {
    return each.position.fifo == told.position.fifo;
  });
  if (same == told_.end()) {
    told_.push_back(std::move(told));
  } else {
    *same = std::move(told);
  }
}

void WaitingLine::show(const Position& position) {
  const auto now = Deadline::Clock::now();
  keep({position, now});
  if (told_.size() < lines_) return;
  const bool begins = !shown_;
  if (begins) began_at_ = now;
  shown_ = *std::max_element(told_.begin(), told_.end(),
                             [](const Told& a, const Told& b) {
                               return weight(a.position) < weight(b.position);
                             });
  if (!quiet_ && !hint_.empty()) say(std::exchange(hint_, {}));
  redraw();
  if (begins && !on_wait_.empty()) {
    run_hook(on_wait_, fmt::format("waiting for {}", text()));
  }
}

void WaitingLine::redraw() {
  if (quiet_ || !shown_) return;
  next_redraw_ = Deadline::after(kRedrawEvery);
  // Checked each time: the job may have gone to the background.
  if (std::optional<std::size_t> columns = live_columns()) {
    draw_live_line(text(*columns - 1), *columns);
    drawn_ = true;
    announced_ = true;
  } else if (!announced_) {
    say(fmt::format("waiting for {}", text()));
    announced_ = true;
  }
}

Deadline WaitingLine::next_redraw() const { return next_redraw_; }

void WaitingLine::clear() {
  if (drawn_ && live_columns()) clear_live_line();
  drawn_ = false;
}

void WaitingLine::note(std::string_view text) {
  if (quiet_) return;
  clear();
  say(text);
  redraw();
}

Duration WaitingLine::finish() {
  bool was_live = drawn_;
  clear();
  if (!shown_) return Duration::zero();
  Duration waited = Deadline::Clock::now() - began_at_;
  if (!quiet_ && !was_live) {
    say(fmt::format("got the turn of {} after {}", fifo_,
                    describe_duration(waited)));
  }
  return waited;
}

}  // namespace syncq
