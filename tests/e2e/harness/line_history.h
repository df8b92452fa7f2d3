#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/e2e/harness/raw_client.h"

namespace syncq::e2e {

struct Span {
  Time called = 0;
  Time answered = kNever;
};

// A ticket that had its turn. What was asked for several times, since answers
// were lost, was called at the first time and answered at the last.
struct Turn {
  Span drawn;
  Span granted;
  Span released;
  std::uint64_t fence = 0;
  int slot = 0;
};

// Why these are no turns of one FIFO: two in one slot at once, one before
// another that was drawn earlier, a fence that does not grow. Empty if they
// can be. With several slots the order is not looked at: a turn that is ready
// keeps its slot, and is counted when it is accepted.
std::string why_no_line(std::vector<Turn> turns, int slots);

}  // namespace syncq::e2e
