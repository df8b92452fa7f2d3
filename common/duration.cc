#include "common/duration.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "common/characters.h"

namespace syncq {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};

// Largest first: format_duration uses this order. Weeks are only read: 30d is
// written as 30d.
constexpr std::array kUnits = {
    Unit{"d", 86'400'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"ms", 1'000'000},
    Unit{"us", 1'000},
    Unit{"ns", 1},
};
// Go also takes the micro sign U+00B5 and the Greek mu U+03BC.
constexpr Unit kWeek{"w", 604'800'000'000'000};
constexpr std::array kMicroSpellings = {"\u00b5s", "\u03bcs"};

std::optional<std::int64_t> unit_nanos(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.nanos;
  }
  for (std::string_view micro : kMicroSpellings) {
    if (micro == name) return 1'000;
  }
  if (name == kWeek.name) return kWeek.nanos;
  return std::nullopt;
}

enum class Fault { kSyntax, kNoUnit, kUnknownUnit, kTooLong };

// One "1.5h": the digits before and after the point, and the unit.
struct Term {
  std::string_view whole;
  std::string_view fraction;
  std::string_view unit;
};

std::string_view take_while(std::string_view& text, bool (*wanted)(char)) {
  std::size_t length = 0;
  while (length < text.size() && wanted(text[length])) ++length;
  std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

Term take_term(std::string_view& text) {
  Term term;
  term.whole = take_while(text, is_digit);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    term.fraction = take_while(text, is_digit);
  }
  term.unit = take_while(text, [](char c) { return !is_digit(c) && c != '.'; });
  return term;
}

// The nanoseconds of a term, truncated as in Go.
std::variant<std::int64_t, Fault> term_nanos(const Term& term) {
  if (term.whole.empty() && term.fraction.empty()) return Fault::kSyntax;
  if (term.unit.empty()) return Fault::kNoUnit;
  std::optional<std::int64_t> unit = unit_nanos(term.unit);
  if (!unit) return Fault::kUnknownUnit;
  const std::int64_t limit = kMaxDuration.count();
  std::int64_t whole = 0;
  for (char digit : term.whole) {
    if (whole > (limit / *unit - (digit - '0')) / 10) return Fault::kTooLong;
    whole = whole * 10 + (digit - '0');
  }
  // 128 bits hold the first 18 digits times the largest unit; later digits are
  // below a nanosecond for every unit.
  __extension__ using Wide = unsigned __int128;
  Wide fraction = 0;
  Wide scale = 1;
  for (char digit : term.fraction.substr(0, 18)) {
    fraction = fraction * 10 + static_cast<Wide>(digit - '0');
    scale *= 10;
  }
  Wide part = fraction * static_cast<Wide>(*unit) / scale;
  return whole * *unit + static_cast<std::int64_t>(part);
}

std::variant<std::int64_t, Fault> sum_terms(std::string_view text) {
  if (text.empty()) return Fault::kSyntax;
  std::int64_t total = 0;
  while (!text.empty()) {
    auto nanos = term_nanos(take_term(text));
    if (nanos.index() == 1) return nanos;
    total += std::get<0>(nanos);
    if (total > kMaxDuration.count()) return Fault::kTooLong;
  }
  return total;
}

std::string_view explain(Fault fault) {
  switch (fault) {
    case Fault::kNoUnit:
      return "it has no unit";
    case Fault::kUnknownUnit:
      return "its unit is not one of ns, us, ms, s, m, h, d, w";
    case Fault::kTooLong:
      return "it is over 100 years";
    case Fault::kSyntax:
      break;
  }
  return "it is no duration";
}

Refusal refuse(std::string_view text, std::string_view what,
               std::string_view why) {
  return {ErrorCode::kInvalidDuration,
          fmt::format("{} '{}': {}; write it like 10s, 1h45m, 1.5h or 2d, "
                      "or 0 for no timeout",
                      what, text, why)};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text, std::string_view what) {
  std::string_view rest = text;
  bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return Duration::zero();
  auto nanos = sum_terms(rest);
  if (nanos.index() == 1)
    return refuse(text, what, explain(std::get<1>(nanos)));
  if (negative && std::get<0>(nanos) != 0) {
    return refuse(text, what, "it is negative");
  }
  return Duration(std::get<0>(nanos));
}

std::string format_duration(Duration duration) {
  if (duration == Duration::zero()) return "0";
  std::string text;
  std::int64_t rest = duration.count();
  for (const Unit& unit : kUnits) {
    if (rest < unit.nanos) continue;
    text += fmt::format("{}{}", rest / unit.nanos, unit.name);
    rest %= unit.nanos;
  }
  return text;
}

std::string describe_duration(Duration duration) {
  using std::chrono::seconds;
  if (duration < seconds(10)) {
    return fmt::format("{:.1f}s",
                       std::chrono::duration<double>(duration).count());
  }
  std::int64_t rest =
      std::chrono::duration_cast<seconds>(duration).count() * 1'000'000'000;
  std::string text;
  int shown = 0;
  for (const Unit& unit : kUnits) {
    if (rest < unit.nanos && shown == 0) continue;
    if (shown == 2 || unit.nanos < 1'000'000'000) break;
    if (rest >= unit.nanos) {
      text += fmt::format("{}{}", rest / unit.nanos, unit.name);
    }
    rest %= unit.nanos;
    ++shown;
  }
  return text;
}

}  // namespace syncq
