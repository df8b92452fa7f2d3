#pragma once

#include <vector>

#include "cli/arguments.h"

namespace syncq {

// `syncq -o json fifo ls` is `syncq fifo ls -o json`: moves the options of
// every command that stand before the command's name behind its words. The
// answer ends with a nullptr. Touches nothing else.
std::vector<char*> move_leading_options(Arguments words);

}  // namespace syncq
