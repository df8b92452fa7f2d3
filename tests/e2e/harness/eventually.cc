#include "tests/e2e/harness/eventually.h"

#include <thread>

#include "tests/e2e/harness/tested_build.h"

namespace syncq::e2e {
namespace {

using Clock = std::chrono::steady_clock;

// Short: some tests measure times with it.
constexpr Milliseconds kLookEvery(2);

}  // namespace

Milliseconds seconds(int count) {
  return std::chrono::seconds(count) * slowness();
}

bool eventually(const std::function<bool()>& condition, Milliseconds within) {
  Clock::time_point end = Clock::now() + within;
  for (;;) {
    if (condition()) return true;
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(kLookEvery);
  }
}

bool stays(const std::function<bool()>& condition, Milliseconds during) {
  return !eventually([&] { return !condition(); }, during);
}

Milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - start);
}

}  // namespace syncq::e2e
