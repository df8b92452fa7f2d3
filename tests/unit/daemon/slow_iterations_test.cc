#include "daemon/slow_iterations.h"

#include <catch2/catch.hpp>

namespace syncq {
namespace {

using namespace std::chrono_literals;

TEST_CASE("An iteration that others waited for is told, with what it did") {
  SlowIterations slow;
  const Instant now{1h};
  CHECK_FALSE(slow.note({20ms, 20ms, 9ms, 1}, now));
  CHECK(slow.note({1ms, 60ms, 2ms, 3}, now) ==
        "an iteration took 63 ms: 1 ms to decide, 60 ms to commit, 2 ms to "
        "send to 3 connections");
}

TEST_CASE("An iteration that is twice as slow is told at once") {
  SlowIterations slow;
  const Instant now{1h};
  CHECK(slow.note({60ms, 0ms, 0ms, 1}, now));
  CHECK_FALSE(slow.note({119ms, 0ms, 0ms, 1}, now));
  CHECK(slow.note({120ms, 0ms, 0ms, 1}, now));
  CHECK_FALSE(slow.note({239ms, 0ms, 0ms, 1}, now));
}

TEST_CASE("Slow iterations are told once a minute, and then how many") {
  SlowIterations slow;
  const Instant now{1h};
  const IterationTimes times{0ms, 50ms, 0ms, 1};
  CHECK(slow.note(times, now));
  CHECK_FALSE(slow.note(times, now + 1s));
  CHECK_FALSE(slow.note(times, now + 59s));
  CHECK_THAT(*slow.note(times, now + 1min),
             Catch::EndsWith("; 2 others were slow since the last one said"));
  CHECK_THAT(*slow.note(times, now + 2min), !Catch::Contains("others"));
}

}  // namespace
}  // namespace syncq
