#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// `syncq shim`: makes, lists and removes shims. Takes the words after the
// command's name, parses them, and returns the exit code. Throws Failure.
int shim_command(Arguments arguments);

// What a shim calls: the path that it was called by, and the words of the tool.
// Becomes the tool, in its turn if it needs one; else the exit code.
int called_shim_command(Arguments arguments);

}  // namespace syncq
