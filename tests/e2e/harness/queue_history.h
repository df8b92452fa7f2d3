#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/harness/raw_client.h"

namespace syncq::e2e {

// What clients of one queue did and saw. An operation whose answer was lost has
// `answered` kNever: it happened at some time after it was called, or never.

struct Push {
  std::string message;  // no other push has the same
  Time called = 0;
  Time answered = kNever;
};

struct Take {
  std::optional<std::string> message;  // none if there was none, or it is lost
  Time called = 0;
  Time answered = kNever;
};

struct QueueHistory {
  std::vector<Push> pushes;
  std::vector<Take> takes;
};

// Why this is no history of a queue that begins empty: why its operations can't
// each have happened at one moment, between call and answer, in an order in
// which every take has the oldest message. Empty if they can.
//
// It looks for what Henzinger, Sezgin and Vafeiadis ("Aspect-Oriented
// Linearizability Proofs", CONCUR 2013) show to be all that can be wrong, in
// O(n log n). Lost takes add a choice, which of them has which message; what
// only no choice could explain may then pass, but nothing is refused wrongly.
std::string why_no_queue(const QueueHistory& history);

}  // namespace syncq::e2e
