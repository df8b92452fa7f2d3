#include "common/rate.h"

#include <array>
#include <charconv>
#include <utility>

namespace syncq {
namespace {

constexpr std::array<std::pair<std::string_view, Duration>, 3> kRateUnits = {{
    {"/s", std::chrono::seconds(1)},
    {"/m", std::chrono::minutes(1)},
    {"/h", std::chrono::hours(1)},
}};

constexpr Duration kLate = std::chrono::milliseconds(10);

}  // namespace

Instant counted_at(Instant due, Instant now) {
  return due >= now - kLate ? due : now;
}

std::optional<Rate> parse_rate(std::string_view text) {
  Rate rate;
  const char* end = text.data() + text.size();
  auto [rest, fault] = std::from_chars(text.data(), end, rate.count);
  if (fault != std::errc() || rate.count < 1 || rate.count > kMostRate) {
    return std::nullopt;
  }
  std::string_view unit =
      text.substr(static_cast<std::size_t>(rest - text.data()));
  for (const auto& [name, length] : kRateUnits) {
    if (unit == name) rate.per = length;
  }
  if (rate.per == Duration::zero()) return std::nullopt;
  return rate;
}

std::string format_rate(const Rate& rate) {
  std::string text;
  for (const auto& [name, length] : kRateUnits) {
    if (rate && rate.per == length)
      text = std::to_string(rate.count) + std::string(name);
  }
  return text;
}

}  // namespace syncq
