#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <string_view>
#include <vector>

#include "common/clock.h"

namespace syncq {

// What is to be expected of a line, from its turns that have ended. The rule is
// that of man/syncq-http.7, GET /fifo/FIFO.

// How many turns of a FIFO are looked at, how many an estimate is made of, and
// how many it takes.
inline constexpr int kPastTurns = 100;
inline constexpr std::size_t kMostForEstimate = 20;
inline constexpr std::size_t kLeastForEstimate = 3;

// A turn that has ended.
struct PastTurn {
  PastTurn(std::string_view label, Duration ran, std::int64_t ticket = 0)
      : label(std::hash<std::string_view>()(label)), ran(ran), ticket(ticket) {}

  std::size_t label;  // its hash
  Duration ran;
  std::int64_t ticket;  // Ticket::seq
};

// How long a turn with this label will run: the median of the last 20 that had
// it, or, if there are not 3, of the last 20 in `turns`; none if there are not
// 3 of these either. `turns` are of one FIFO, the last one first.
std::optional<Duration> expected_run(std::string_view label,
                                     const std::deque<PastTurn>& turns);

// When those who wait in a line will get their turns.
class Forecast {
 public:
  // `ends`: when the slots that are held will be free; one that should have by
  // `now` ends now.
  Forecast(std::vector<Instant> ends, int slots, Instant now);

  // Turns begin no sooner than that, and so far apart.
  void space(Instant first, Duration apart) {
    soonest_ = first;
    apart_ = apart;
  }

  // When the next one in line will get its turn, which runs for so long. Shared
  // ones that stand one behind the other get it together; one that takes
  // several slots waits until so many are free.
  Instant next(Duration run, bool shared = false, int take = 1);

 private:
  struct Together {
    Instant begin;
    Instant end;
  };
  // No sooner than the rate allows.
  Instant begin(Instant free);

  Instant soonest_ = Instant::min();
  Duration apart_{};
  // Shared ones, to which more may come: they have a slot.
  std::optional<Together> together_;
  std::priority_queue<Instant, std::vector<Instant>, std::greater<>> free_at_;
};

}  // namespace syncq
