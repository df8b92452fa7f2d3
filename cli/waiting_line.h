#pragma once

#include <optional>
#include <string>

#include "cli/deadline.h"
#include "cli/hold_event.h"

namespace syncq {

// "2nd of 5 · held by make deploy (pid 812, ~/app) for 2m10s". `separator`
// is what stands between the two parts.
std::string waiting_text(const Place& place, Duration since_told,
                         std::string_view separator);

// Tells people on stderr how the waiting goes: one live line on a terminal,
// else a line when the waiting begins and one when it ends. Nothing where
// there is no wait. One thread.
class WaitingLine {
 public:
  // `fifo` as the user named it.
  WaitingLine(std::string fifo, bool quiet);

  // The ticket stands here now.
  void show(const Place& place);
  // Draws the live line anew: times go on while nothing else changes.
  void redraw();
  // When redraw() is due; never where there is no live line.
  Deadline next_redraw() const;
  // A line of its own, above the live one.
  void note(std::string_view text);
  // It got its turn.
  void finish();
  // It won't; another message follows.
  void clear();

 private:
  std::string text() const;

  std::string fifo_;
  bool quiet_;
  std::optional<Place> place_;
  Deadline::Clock::time_point told_at_{};
  Deadline::Clock::time_point began_at_{};
  Deadline next_redraw_ = Deadline::never();
  bool drawn_ = false;
  bool announced_ = false;
};

}  // namespace syncq
