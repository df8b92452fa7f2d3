#include "cli/waiting_line.h"

#include <fmt/format.h>

#include "cli/message.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr Duration kRedrawEvery = std::chrono::seconds(1);
// To the line's start and clear it (ECMA-48 EL), here without a newline.
constexpr std::string_view kClearLine = "\r\x1b[K";

}  // namespace

std::string waiting_text(const Place& place, Duration since_told,
                         std::string_view separator) {
  std::string text = fmt::format("{} of {}", ordinal(place.place), place.of);
  if (!place.holder) return text;
  return text + fmt::format("{}held by {} for {}", separator,
                            place.holder->text(),
                            describe_duration(place.holder->held + since_told));
}

WaitingLine::WaitingLine(std::string fifo, bool quiet)
    : fifo_(std::move(fifo)), quiet_(quiet) {}

std::string WaitingLine::text() const {
  return waiting_text(*place_, Deadline::Clock::now() - told_at_,
                      has_utf8_locale() ? " · " : " - ");
}

void WaitingLine::show(const Place& place) {
  if (quiet_) return;
  told_at_ = Deadline::Clock::now();
  if (!place_) began_at_ = told_at_;
  place_ = place;
  redraw();
}

void WaitingLine::redraw() {
  if (quiet_ || !place_) return;
  next_redraw_ = Deadline::after(kRedrawEvery);
  // Asked each time: the job may have gone to the background.
  if (std::optional<std::size_t> columns = live_columns()) {
    std::string line = text();
    line = cut_to_width(line, *columns - 1);
    write_stderr(std::string(kClearLine) + line);
    drawn_ = true;
    announced_ = true;
  } else if (!announced_) {
    say(fmt::format("waiting for {}: {}", fifo_, text()));
    announced_ = true;
  }
}

Deadline WaitingLine::next_redraw() const { return next_redraw_; }

void WaitingLine::clear() {
  if (drawn_ && live_columns()) write_stderr(kClearLine);
  drawn_ = false;
}

void WaitingLine::note(std::string_view text) {
  if (quiet_) return;
  clear();
  say(text);
  redraw();
}

void WaitingLine::finish() {
  bool was_live = drawn_;
  clear();
  if (quiet_ || !place_ || was_live) return;
  Duration waited = Deadline::Clock::now() - began_at_;
  say(fmt::format("got the turn of {} after {}", fifo_,
                  describe_duration(waited)));
}

}  // namespace syncq
