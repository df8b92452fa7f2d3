#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/base/deadline.h"
#include "cli/run/hold_event.h"

namespace syncq {

// "deploy: 2nd of 5 · held by make deploy (pid 812, ~/app) for 2m10s · about 4m
// left", with "paused" after the place if it is, in at most `columns`: the
// holder is shortened or left out, then how long it has held if more is known,
// then the FIFO's name shortened, but not the time that is left. `separator`
// goes between the parts.
std::string waiting_text(std::string_view fifo, const Position& position,
                         Duration since_told, std::string_view separator,
                         std::size_t columns = std::string::npos);

// Tells people on stderr how the waiting goes: one live line on a terminal,
// else a line when the waiting begins and one when it ends. Nothing if there is
// no wait. One thread.
class WaitingLine {
 public:
  // `fifo` as the user named it; `on_wait` is the hook that runs when the
  // waiting begins, "" for none.
  WaitingLine(std::string fifo, bool quiet, std::string on_wait = "");
  // Clears the live line: another message may follow.
  ~WaitingLine() { clear(); }
  WaitingLine(const WaitingLine&) = delete;
  WaitingLine& operator=(const WaitingLine&) = delete;

  // In how many FIFOs it waits: of several, the line in which most stand before
  // it is shown, once the positions in all of them are known.
  void stand_in(std::size_t lines) { lines_ = lines; }
  // The ticket's position now.
  void show(const Position& position);
  // Redraws the live line: its times go on while nothing else changes.
  void redraw();
  // When redraw() is due; never if there is no live line.
  Deadline next_redraw() const;
  // A line of its own, above the live one.
  void note(std::string_view text);
  // A line of its own, if there is a wait at all.
  void hint(std::string_view text) { hint_ = text; }
  // It got its turn. Returns how long it waited.
  Duration finish();

 private:
  struct Told {
    Position position;
    Deadline::Clock::time_point at;
  };

  void clear();
  void keep(Told told);
  std::string text(std::size_t columns = std::string::npos) const;

  std::string fifo_;
  bool quiet_;
  std::string on_wait_;
  std::size_t lines_ = 1;
  std::vector<Told> told_;  // of each FIFO
  std::optional<Told> shown_;
  Deadline::Clock::time_point began_at_{};
  Deadline next_redraw_ = Deadline::never();
  bool drawn_ = false;
  bool announced_ = false;
  std::string hint_;
};

}  // namespace syncq
