#pragma once

#include <cstddef>
#include <string>

#include "common/clock.h"

namespace syncq {

// What is expected, for people.

// An estimate says no more than it knows: "8s", "45s", "2m", "1h5m". Less than
// a second counts as one.
std::string describe_estimate(Duration duration);

// "███░░░░░" for `done` of `all`; of ASCII without `utf8`.
std::string bar(Duration done, Duration all, std::size_t columns, bool utf8);

// What is said of whoever goes on after that.
inline constexpr const char* kLongerThanUsual = "longer than usual";

}  // namespace syncq
