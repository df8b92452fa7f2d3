// Turns that have ended.

#include <fmt/format.h>

#include <ctime>

#include "cli/top/pane_text.h"
#include "common/duration.h"

namespace syncq {
namespace {

// How long ago it ended, by this machine's clock.
std::string ago(const TopTurn& turn, WallMillis wall) {
  std::tm time{};
  if (strptime(turn.ended_at.c_str(), "%Y-%m-%dT%H:%M:%S", &time) == nullptr) {
    return "";
  }
  WallMillis passed = wall - std::int64_t{timegm(&time)} * 1000;
  // In seconds, as the time was told.
  std::chrono::seconds seconds(std::max<WallMillis>(passed, 0) / 1000);
  return seconds < std::chrono::seconds(10)
             ? fmt::format("{}s", seconds.count())
             : describe_duration(seconds);
}

}  // namespace

WallMillis wall_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Screen turn_pane(const std::vector<Row>& rows, const std::string& selected,
                 const Drawing& drawing, bool has_fifo) {
  std::vector<GridRow> lines;
  for (const Row& row : rows) {
    const TopTurn& turn = *row.turn;
    Style style = turn.has_failed ? Style::kBad : Style::kPlain;
    lines.push_back({{{ago(turn, drawing.wall)},
                      {has_fifo ? turn.fifo : ""},
                      {turn.end.empty() ? "-" : turn.end, style},
                      {describe_duration(turn.ran)},
                      {describe_duration(turn.waited)},
                      {turn.label}},
                     row.id() == selected});
  }
  return grid({{"ENDED", kUncut, true, 0},
               {has_fifo ? "FIFO" : "", 8, false, 1},
               {"END", kUncut, false, 2},
               {"RAN", kUncut, true, 4},
               {"WAITED", kUncut, true, 5},
               {"LABEL", 10, false, 3}},
              lines, drawing.size.columns);
}

}  // namespace syncq
