#include "cli/daemon/log_filter.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "common/duration.h"

namespace syncq {
namespace {

// As the log has them, the least first.
constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning",
                                                     "error"};

struct Form {
  const char* text;
  bool has_day = true;
};

constexpr std::array kForms = {
    Form{"%Y-%m-%dT%H:%M:%S"}, Form{"%Y-%m-%d %H:%M:%S"},
    Form{"%Y-%m-%dT%H:%M"},    Form{"%Y-%m-%d %H:%M"},
    Form{"%Y-%m-%d"},          Form{"%H:%M:%S", false},
    Form{"%H:%M", false}};

// ".293", and moves past it.
std::int64_t take_millis(const char*& text) {
  if (*text != '.') return 0;
  std::int64_t millis = 0;
  int digits = 0;
  for (++text; *text >= '0' && *text <= '9'; ++text, ++digits) {
    if (digits < 3) millis = millis * 10 + (*text - '0');
  }
  for (; digits < 3; ++digits) millis *= 10;
  return millis;
}

std::optional<WallMillis> read_time(const std::string& text, const Form& form,
                                    WallMillis now) {
  const std::time_t today = now / 1000;
  std::tm time{};
  localtime_r(&today, &time);
  time.tm_hour = time.tm_min = time.tm_sec = 0;
  const char* rest = strptime(text.c_str(), form.text, &time);
  if (rest == nullptr) return std::nullopt;
  const std::int64_t millis = take_millis(rest);
  if (*rest == '\0') {
    time.tm_isdst = -1;
    return std::int64_t{mktime(&time)} * 1000 + millis;
  }
  rest = strptime(rest, "%z", &time);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  const std::int64_t offset = time.tm_gmtoff;
  return (std::int64_t{timegm(&time)} - offset) * 1000 + millis;
}

std::optional<WallMillis> parse_time(const std::string& text, WallMillis now) {
  constexpr std::int64_t kDay = 86'400'000;
  for (const Form& form : kForms) {
    std::optional<WallMillis> time = read_time(text, form, now);
    if (!time) continue;
    return !form.has_day && *time > now ? *time - kDay : *time;
  }
  return std::nullopt;
}

std::size_t level_of(std::string_view name) {
  auto found = std::find(kLevels.begin(), kLevels.end(), name);
  return static_cast<std::size_t>(found - kLevels.begin());
}

}  // namespace

std::optional<WallMillis> parse_since(const std::string& text, WallMillis now) {
  if (Result<Duration> ago = parse_duration(text, "")) {
    return now -
           std::chrono::duration_cast<std::chrono::milliseconds>(*ago).count();
  }
  return parse_time(text, now);
}

LogLine read_log_line(std::string_view line) {
  std::size_t end = line.find(' ');
  std::size_t next = end == line.npos ? end : line.find(' ', end + 1);
  if (next == line.npos) return {{}, {}, line};
  std::string_view level = line.substr(end + 1, next - end - 1);
  bool is_first = level_of(level) < kLevels.size() &&
                  parse_time(std::string(line.substr(0, end)), 0);
  if (!is_first) return {{}, {}, line};
  return {line.substr(0, end), level, line.substr(next + 1)};
}

LogFilter::LogFilter(std::optional<WallMillis> since, std::string_view level)
    : since_(since), level_(level_of(level == "warn" ? "warning" : level)) {}

bool LogFilter::wants(std::string_view line) {
  LogLine read = read_log_line(line);
  if (read.time.empty()) return wanted_;
  std::optional<WallMillis> time = parse_time(std::string(read.time), 0);
  wanted_ = level_of(read.level) >= level_ && (!since_ || *time >= *since_);
  return wanted_;
}

}  // namespace syncq
