#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// Runs `syncq top` and returns the exit code; throws Failure.
int top_command(Arguments arguments);

}  // namespace syncq
