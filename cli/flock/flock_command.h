#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// Takes the words after the command's name, parses them, and returns the exit
// code.
int flock_command(Arguments arguments);

}  // namespace syncq
