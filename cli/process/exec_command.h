#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// Becomes the command: execvp(3), without a shell. Returns the errno if that
// fails.
int exec_command(Arguments command);

// Says on stderr why an exec failed, as a shell would; the exit code for it.
int report_exec_error(Arguments command, int error);

}  // namespace syncq
