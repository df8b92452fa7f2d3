#include "daemon/log_budget.h"

#include <algorithm>

namespace syncq {

bool LogBudget::admits(Instant now, std::int64_t& left_out) {
  if (now >= until_) {
    left_out += std::max<std::int64_t>(asked_ - kLines, 0);
    asked_ = 0;
    until_ = now + kPeriod;
  }
  return ++asked_ <= kLines;
}

}  // namespace syncq
