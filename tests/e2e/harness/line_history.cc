#include "tests/e2e/harness/line_history.h"

#include <algorithm>

namespace syncq::e2e {

std::string why_no_line(std::vector<Turn> turns, int slots) {
  std::sort(turns.begin(), turns.end(),
            [](const Turn& a, const Turn& b) { return a.fence < b.fence; });
  // Of those with smaller fences.
  std::uint64_t fence = 0;
  Time last_drawn = 0;
  std::vector<Time> released(static_cast<std::size_t>(slots), 0);
  for (const Turn& turn : turns) {
    const std::string name =
        "the turn with fence " + std::to_string(turn.fence);
    if (turn.fence <= fence) return name + " is there twice, or has none";
    fence = turn.fence;
    if (turn.slot < 0 || turn.slot >= slots) return name + " has no slot";
    if (slots == 1 && turn.drawn.answered < last_drawn) {
      return name + " was overtaken";
    }
    last_drawn = std::max(last_drawn, turn.drawn.called);
    Time& free = released[static_cast<std::size_t>(turn.slot)];
    if (turn.granted.answered < free) return name + " had another beside it";
    free = std::max(free, turn.released.called);
  }
  return "";
}

}  // namespace syncq::e2e
