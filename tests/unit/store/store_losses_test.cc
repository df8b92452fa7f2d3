// Syncs that fail, and losses of power: what was promised is there, and nothing
// is there in part.

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/store/trial.h"
#include "tests/unit/store/workload.h"

namespace syncq::test {
namespace {

// Each daemon gets this many steps before its sync fails, so that it has
// something to lose.
const int kStepsBetween = std::max(2, kStride);

TEST_CASE("Whichever sync of a step fails, the next daemon has all it said",
          "[faults]") {
  auto fault = GENERATE(FaultyDisk::Fault::kSync, FaultyDisk::Fault::kDrop);
  int failures = 0;
  for (int nth = 1, found = 1; found > 0; ++nth) {
    found = 0;
    for (int first = 0; first < kStepsBetween; first += kStride) {
      Trial trial;
      int steps = -first;
      for (const Step& step : workload()) {
        bool fails = steps++ % kStepsBetween == 0;
        trial.disk.fail(fault, fails ? nth : 0);
        trial.survive(step);
      }
      found += trial.failures();
    }
    failures += found;
  }
  CHECK(failures > 100 / kStride);
}

TEST_CASE("Whenever power is lost, what was promised is there", "[faults]") {
  Trial trial;
  unsigned seed = 0;
  for (const Step& step : workload()) {
    trial.insist(step);
    for (int i = 0; i < 2; i += kStride) trial.check_recovery(++seed);
  }
}

}  // namespace
}  // namespace syncq::test
