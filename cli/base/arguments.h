#pragma once

#include <span>

namespace syncq {

// Words of the command line; past the last stands a nullptr, as execvp(3)
// needs it.
using Arguments = std::span<char* const>;

}  // namespace syncq
