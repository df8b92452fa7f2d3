#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// Each runs one verb over all there is and returns the exit code; throws
// Failure.
int ls_command(Arguments arguments);
int ps_command(Arguments arguments);

}  // namespace syncq
