#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace syncq {

// "KILL"; a number if it has no name.
std::string signal_name(int number);

// Reads "TERM", "SIGTERM" or "15", in any case. nullopt if this machine has no
// such signal.
std::optional<int> signal_number(std::string_view name);

}  // namespace syncq
