#include "tests/e2e/harness/eventually.h"

#include <algorithm>
#include <thread>

#include "tests/e2e/harness/tested_build.h"

namespace syncq::e2e {
namespace {

using Clock = std::chrono::steady_clock;

// Short at first: some tests measure times with it. Then longer, since each
// look may start a program, and others want the processor.
constexpr std::chrono::microseconds kLookFirst(2000);
constexpr std::chrono::microseconds kLookLast(50'000);

}  // namespace

Milliseconds seconds(int count) {
  return std::chrono::seconds(count) * slowness();
}

bool eventually(const std::function<bool()>& condition, Milliseconds within) {
  const Clock::time_point begin = Clock::now();
  const Clock::time_point end = begin + within;
  for (;;) {
    if (condition()) return true;
    const Clock::time_point now = Clock::now();
    if (now >= end) return false;
    constexpr int kPart = 10;
    std::this_thread::sleep_for(std::clamp<Clock::duration>(
        (now - begin) / kPart, kLookFirst, kLookLast));
  }
}

bool stays(const std::function<bool()>& condition, Milliseconds during) {
  return !eventually([&] { return !condition(); }, during);
}

Milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - start);
}

}  // namespace syncq::e2e
