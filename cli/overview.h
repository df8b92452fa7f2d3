#pragma once

#include <string>
#include <string_view>

namespace syncq {

// The help of all commands, the most used ones first; or of one group's.
std::string overview(std::string_view group);

}  // namespace syncq
