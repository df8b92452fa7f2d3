#pragma once

#include "cli/base/failure.h"
#include "cli/client/client.h"
#include "cli/run/run_options.h"

namespace syncq {

// Waits for the turn and becomes the command, or stays as its parent; the exit
// code. The client must never be destroyed: a thread that still tries to come
// back to the turn may use it when we end. Throws Failure.
int run_in_turn(Client& client, const RunOptions& options);

// Says on stderr why that failed; the exit code for it.
int report_failed_run(const RunOptions& options, const Failure& failure);

}  // namespace syncq
