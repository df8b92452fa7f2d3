#pragma once

#include "cli/client/target.h"

namespace syncq {

// Prints the daemon's status; the exit code. Throws Failure.
int print_status(const ClientOptions& options);

}  // namespace syncq
