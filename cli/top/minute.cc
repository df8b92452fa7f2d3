#include "cli/top/minute.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace syncq {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Duration kApart = std::chrono::seconds(1);

}  // namespace

void Minute::note(Moment now, const TopQueue& queue) {
  Sample sample{now, queue.stored(), queue.in, queue.out};
  // It was emptied, and counts anew.
  if (!samples_.empty() && sample.in < samples_.back().in) samples_.clear();
  bool again = samples_.size() > 1 &&
               samples_.back().at - samples_[samples_.size() - 2].at < kApart;
  if (again) samples_.pop_back();
  samples_.push_back(sample);
  // What was before the minute began says how it began.
  while (samples_.size() > 1 && samples_[1].at <= now - kMinute) {
    samples_.pop_front();
  }
}

// The last one until then; nullptr: there was none.
const Minute::Sample* Minute::at(Moment moment) const {
  const Sample* last = nullptr;
  for (const Sample& each : samples_) {
    if (each.at > moment) break;
    last = &each;
  }
  return last;
}

template <typename Value>
Minute::Series Minute::series(std::size_t parts, Moment now,
                              Value value) const {
  Series series;
  for (std::size_t i = 0; i < parts; ++i) {
    auto left = static_cast<std::int64_t>(parts - 1 - i);
    Moment end = now - kMinute * left / static_cast<std::int64_t>(parts);
    series.push_back(
        value(end - kMinute / static_cast<std::int64_t>(parts), end));
  }
  return series;
}

Minute::Series Minute::stored(std::size_t parts, Moment now) const {
  return series(parts, now, [&](Moment, Moment end) -> std::optional<double> {
    const Sample* sample = at(end);
    if (sample == nullptr) return std::nullopt;
    return static_cast<double>(sample->stored);
  });
}

Minute::Series Minute::rates(std::size_t parts, Moment now,
                             std::int64_t Sample::*counter) const {
  return series(
      parts, now, [&](Moment begin, Moment end) -> std::optional<double> {
        const Sample* before = at(begin);
        const Sample* after = at(end);
        if (before == nullptr) return std::nullopt;
        double seconds = std::chrono::duration<double>(end - begin).count();
        return static_cast<double>(after->*counter - before->*counter) /
               seconds;
      });
}

Minute::Series Minute::in(std::size_t parts, Moment now) const {
  return rates(parts, now, &Sample::in);
}

Minute::Series Minute::out(std::size_t parts, Moment now) const {
  return rates(parts, now, &Sample::out);
}

std::string sparkline(const Minute::Series& series, bool utf8) {
  static constexpr std::array kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::array kAscii = {".", ":", "-", "=", "+", "*", "#", "@"};
  double most = 0;
  for (const auto& value : series) most = std::max(most, value.value_or(0));
  std::string text;
  for (const auto& value : series) {
    if (!value) {
      text += ' ';
      continue;
    }
    // Only nothing is the lowest one.
    double part = most > 0 ? std::max(*value, 0.0) / most : 0;
    auto step = static_cast<std::size_t>(
        std::ceil(part * static_cast<double>(kBars.size() - 1)));
    text += utf8 ? kBars[step] : kAscii[step];
  }
  return text;
}

}  // namespace syncq
