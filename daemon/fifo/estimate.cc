#include "daemon/fifo/estimate.h"

#include <algorithm>

namespace syncq {
namespace {

// One long run among many does not move it. Of an even number, the mean of the
// two in the middle.
std::optional<Duration> median(std::vector<Duration> runs) {
  if (runs.size() < kLeastForEstimate) return std::nullopt;
  std::sort(runs.begin(), runs.end());
  std::size_t middle = runs.size() / 2;
  if (runs.size() % 2 == 1) return runs[middle];
  return (runs[middle - 1] + runs[middle]) / 2;
}

}  // namespace

std::optional<Duration> expected_run(std::string_view label,
                                     const std::deque<PastTurn>& turns) {
  const std::size_t wanted = PastTurn(label, {}).label;
  std::vector<Duration> same;
  std::vector<Duration> any;
  for (const PastTurn& turn : turns) {
    if (any.size() < kMostForEstimate) any.push_back(turn.ran);
    if (turn.label == wanted) same.push_back(turn.ran);
    if (same.size() == kMostForEstimate) break;
  }
  return median(same.size() < kLeastForEstimate ? std::move(any)
                                                : std::move(same));
}

Forecast::Forecast(std::vector<Instant> ends, int slots, Instant now) {
  for (Instant& end : ends) end = std::max(end, now);
  const auto all = static_cast<std::size_t>(slots);
  // There were more slots once: those are given to nobody.
  std::sort(ends.begin(), ends.end());
  if (ends.size() > all) {
    ends.erase(ends.begin(), ends.end() - static_cast<std::ptrdiff_t>(all));
  }
  ends.resize(all, now);
  free_at_ = decltype(free_at_)({}, std::move(ends));
}

Instant Forecast::begin(Instant free) {
  Instant turn = std::max(free, soonest_);
  if (apart_ != Duration::zero()) soonest_ = turn + apart_;
  return turn;
}

Instant Forecast::next(Duration run, bool shared, int take) {
  if (shared && together_) {
    Instant turn = begin(together_->begin);
    together_->end = std::max(together_->end, turn + run);
    return turn;
  }
  if (together_) free_at_.push(together_->end);
  together_.reset();
  // There may have been fewer slots when the forecast was made.
  const std::size_t most = free_at_.size();
  const auto count = std::min(static_cast<std::size_t>(take), most);
  Instant turn;
  for (std::size_t i = 0; i < count; ++i) {
    turn = free_at_.top();
    free_at_.pop();
  }
  turn = begin(turn);
  if (shared) {
    together_ = Together{turn, turn + run};
  } else {
    for (std::size_t i = 0; i < count; ++i) free_at_.push(turn + run);
  }
  return turn;
}

}  // namespace syncq
