#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// `syncq __complete SHELL ...`, which the scripts of completions/ ask: what
// the line so far can go on with. Nothing is run for it but the reading of
// options.
int complete_command(Arguments arguments);

}  // namespace syncq
