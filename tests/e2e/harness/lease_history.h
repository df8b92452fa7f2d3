#pragma once

#include <string>
#include <vector>

#include "tests/e2e/harness/raw_client.h"

namespace syncq::e2e {

// A message that was leased, and what its client then said of it, if anything.
struct Delivery {
  enum class End { kNone, kAcked, kAckedMaybe, kGivenBack };
  std::string message;
  Time called = 0;  // the first time, if an answer was lost
  Time answered = kNever;
  End end = End::kNone;
  Time ended_from = kNever;  // when the client first said so
  Time ended_by = kNever;    // when that was answered
};

// Why these are not all deliveries of the messages, each leased for at least
// `lease` nanoseconds: one leased by two at once, one delivered after it was
// acknowledged, one never acknowledged. Empty if they can be.
std::string why_no_leases(const std::vector<std::string>& messages,
                          const std::vector<Delivery>& deliveries, Time lease);

}  // namespace syncq::e2e
