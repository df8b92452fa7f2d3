#include "cli/queue/each_progress.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "cli/queue/push_progress.h"
#include "cli/queue/queue_message.h"
#include "common/duration.h"
#include "common/patience.h"

namespace syncq {
namespace {

constexpr Duration kRateOver = std::chrono::seconds(30);
const Duration kLineEvery = patience(std::chrono::seconds(10));
// The signals wait while we ask.
constexpr Duration kAskWithin = std::chrono::milliseconds(500);

}  // namespace

void SettledRate::add(std::uint64_t settled, Time now) {
  samples_.push_back({settled, now});
  while (samples_.size() > 2 && now - samples_[1].at >= kRateOver) {
    samples_.pop_front();
  }
}

double SettledRate::per_second() const {
  if (samples_.size() < 2) return 0;
  const Sample& first = samples_.front();
  const Sample& last = samples_.back();
  std::chrono::duration<double> took = last.at - first.at;
  if (took.count() <= 0) return 0;
  return static_cast<double>(last.settled - first.settled) / took.count();
}

std::string each_progress_text(EachState::Tally tally,
                               std::optional<std::uint64_t> left,
                               double per_second) {
  std::string text = fmt::format("{} done, {} failed", grouped(tally.done),
                                 grouped(tally.failed));
  if (left) text += fmt::format(", {} left", grouped(*left));
  if (per_second <= 0) return text;
  text += fmt::format(", {:.1f}/s", per_second);
  // More is no estimate but a guess.
  constexpr double kLongest = 1e6;
  double seconds =
      std::round(static_cast<double>(left.value_or(0)) / per_second);
  if (seconds < 1 || seconds > kLongest) return text;
  const std::chrono::seconds rest(static_cast<std::int64_t>(seconds));
  constexpr std::chrono::seconds kWithTenths(10);
  return text + ", about " +
         (rest < kWithTenths ? fmt::format("{}s", rest.count())
                             : describe_duration(rest));
}

EachProgress::EachProgress(const EachOptions& options)
    : options_(options), client_(silent(options.client)), connection_(client_) {
  if (!options.client.quiet) next_ = Deadline::after(kLineEvery);
  rate_.add(0, Deadline::Clock::now());
}

std::optional<std::uint64_t> EachProgress::left() {
  try {
    std::optional<DaemonReply> reply =
        connection_.ask("GET", queue_target(options_.queue), Answer::kSoon,
                        Deadline::after(kAskWithin));
    if (!reply || !reply->ok()) return std::nullopt;
    return static_cast<std::uint64_t>(count_messages(*reply).stored());
  } catch (const Failure&) {
    return std::nullopt;
  }
}

void EachProgress::update(EachState::Tally tally) {
  if (!next_.passed()) return;
  next_ = Deadline::after(kLineEvery);
  rate_.add(tally.done + tally.failed, Deadline::Clock::now());
  const bool same = tally.done + tally.failed == shown_;
  shown_ = tally.done + tally.failed;
  if (same || !live_columns()) return;
  say(fmt::format("queue {}: {}", options_.queue,
                  each_progress_text(tally, left(), rate_.per_second())));
}

}  // namespace syncq
