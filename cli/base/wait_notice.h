#pragma once

#include <string>

#include "cli/base/deadline.h"

namespace syncq {

// While a command waits for an answer, shows how long on a live line on stderr,
// if that is a terminal. One thread.
class WaitNotice {
 public:
  // `what` is waited for.
  WaitNotice(std::string what, bool quiet)
      : what_(std::move(what)), quiet_(quiet) {}
  ~WaitNotice() { clear(); }
  WaitNotice(const WaitNotice&) = delete;
  WaitNotice& operator=(const WaitNotice&) = delete;

  // When redraw() is due; never if there is nothing to say.
  Deadline next_redraw() const { return next_redraw_; }
  void redraw();
  // The waiting is over.
  void clear();

 private:
  std::string what_;
  bool quiet_;
  Deadline::Clock::time_point began_ = Deadline::Clock::now();
  // An immediate answer needs no line.
  Deadline next_redraw_ = Deadline::after(std::chrono::milliseconds(200));
  bool drawn_ = false;
};

}  // namespace syncq
