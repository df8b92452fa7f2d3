#pragma once

#include <vector>

#include "cli/base/arguments.h"

namespace syncq {

// `syncq -o json fifo ls` and `syncq fifo -o json ls` are `syncq fifo ls
// --output json`: moves options that every command has from before or within
// the command's name to behind it. The result ends with a nullptr. Touches
// nothing else.
std::vector<char*> move_leading_options(Arguments words);

}  // namespace syncq
