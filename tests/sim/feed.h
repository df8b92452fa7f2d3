#pragma once

#include <optional>
#include <string>

#include "tests/sim/overview.h"

namespace syncq::sim {

// One caller of GET /events: what it was told, and whether that is new enough.
class Listening {
 public:
  explicit Listening(Wanted wanted) : wanted_(std::move(wanted)) {}

  const Wanted& wanted() const { return wanted_; }

  void told(Told overview);
  // How things stand now. "" unless it has been told otherwise for longer than
  // may be.
  std::string staleness(const View& now_there, const Names& names, Instant now);
  // It does not read.
  void wait() { stale_since_.reset(); }
  // The daemon could not tell it: its next overview may come at any time.
  void excuse() { excused_ = true; }

 private:
  Wanted wanted_;
  std::optional<Told> last_;
  std::optional<Instant> stale_since_;
  bool excused_ = false;
};

}  // namespace syncq::sim
