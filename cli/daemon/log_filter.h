#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"

namespace syncq {

// Reads how far back to go: a duration before `now` ("10m"), or a time as the
// log has it, "2026-11-29T16:24:39.293+00:00", of which the end may be missing,
// or the day ("16:24" is the last one). Without an offset it is local time.
std::optional<WallMillis> parse_since(const std::string& text, WallMillis now);

// A line of the daemon's log (daemon/process/log.h), taken apart. One that goes
// on with the line before has neither time nor level.
struct LogLine {
  std::string_view time;   // "2026-11-29T16:24:39.293+00:00"
  std::string_view level;  // "debug", "info", "warning" or "error"
  std::string_view text;
};
LogLine read_log_line(std::string_view line);

// Picks lines of the daemon's log.
class LogFilter {
 public:
  // `level`: debug, info, warn or error; that, and what is worse.
  LogFilter(std::optional<WallMillis> since, std::string_view level);

  // Lines are to be given in their order: one that has no time and level goes
  // with the one before it.
  bool wants(std::string_view line);

 private:
  std::optional<WallMillis> since_;
  std::size_t level_;
  bool wanted_ = true;
};

}  // namespace syncq
