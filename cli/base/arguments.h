#pragma once

#include <span>

namespace syncq {

// Words of the command line, with a nullptr past the last, as execvp(3) needs.
using Arguments = std::span<char* const>;

}  // namespace syncq
