#pragma once

#include <chrono>
#include <functional>

namespace syncq::e2e {

using Milliseconds = std::chrono::milliseconds;

// So many seconds, more in a build that is slow (sanitizers). For the bound
// of a wait: a test that passes never waits that long.
Milliseconds seconds(int count);

// Waits until the condition is true, but no longer than `within`. Whether it
// came true.
bool eventually(const std::function<bool()>& condition,
                Milliseconds within = seconds(30));

// Looks again and again for this long; whether it was true each time.
bool stays(const std::function<bool()>& condition, Milliseconds during);

// Milliseconds on the steady clock since `start`.
Milliseconds since(std::chrono::steady_clock::time_point start);

}  // namespace syncq::e2e
