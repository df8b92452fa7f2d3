#pragma once

#include <string_view>

namespace syncq {

// The version of this program, from CMake's project().
extern const std::string_view kVersion;

// Whether version `a` comes before `b`: their numbers, MAJOR.MINOR.PATCH, are
// compared (semver.org); a missing number counts as 0.
bool is_older_version(std::string_view a, std::string_view b);

}  // namespace syncq
