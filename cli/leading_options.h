#pragma once

#include <vector>

#include "cli/base/arguments.h"

namespace syncq {

// `syncq -o json fifo ls` and `syncq fifo -o json ls` are `syncq fifo ls -o
// json`: moves the options of every command that stand before or within the
// command's name behind it. The answer ends with a nullptr. Touches nothing
// else.
std::vector<char*> move_leading_options(Arguments words);

}  // namespace syncq
