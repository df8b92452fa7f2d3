// A full disk, wherever the room ends: what does not fit is refused and leaves
// nothing, and with room the same daemon goes on.

#include <catch2/catch.hpp>

#include "tests/unit/store/trial.h"
#include "tests/unit/store/workload.h"

namespace syncq::test {
namespace {

constexpr std::size_t kSector = 512;

TEST_CASE("Wherever the room ends, nothing of what does not fit is stored",
          "[faults]") {
  Trial trial;
  for (const Step& step : workload()) {
    trial.insist(step, [&](int attempt) {
      trial.disk.leave_room(static_cast<std::size_t>(nth_at(attempt) - 1) *
                            kSector);
    });
  }
  CHECK(trial.failures() > 100 / kStride);
}

}  // namespace
}  // namespace syncq::test
