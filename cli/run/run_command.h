#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// Takes the words after the command's name, parses them, and returns the exit
// code. Throws Failure.
int run_command(Arguments arguments);

}  // namespace syncq
