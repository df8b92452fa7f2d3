#pragma once

#include <chrono>
#include <functional>

namespace syncq::e2e {

using Milliseconds = std::chrono::milliseconds;

// This many seconds, more in a slow build (sanitizers). For the bound of a
// wait: a passing test never waits that long.
Milliseconds seconds(int count);

// Waits until the condition is true, but no longer than `within`. Returns
// whether it came true.
bool eventually(const std::function<bool()>& condition,
                Milliseconds within = seconds(60));

// Checks repeatedly for this long; returns whether it was always true.
bool stays(const std::function<bool()>& condition, Milliseconds during);

// Milliseconds on the steady clock since `start`.
Milliseconds since(std::chrono::steady_clock::time_point start);

}  // namespace syncq::e2e
