#include "daemon/log_budget.h"

#include <algorithm>
#include <utility>

namespace syncq {

bool LogBudget::admits(Instant now) {
  if (asked_++ == 0) until_ = now + kPeriod;
  return asked_ <= kLines;
}

std::int64_t LogBudget::left_out(Instant now) {
  if (now < until_) return 0;
  return std::max<std::int64_t>(std::exchange(asked_, 0) - kLines, 0);
}

std::optional<Instant> LogBudget::next_due() const {
  return asked_ > kLines ? std::optional(until_) : std::nullopt;
}

}  // namespace syncq
