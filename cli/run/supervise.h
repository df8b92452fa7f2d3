#pragma once

#include "cli/client/client.h"
#include "cli/run/hold_stream.h"
#include "cli/run/run_options.h"
#include "cli/run/turn.h"

namespace syncq {

// Runs the command as a child where this process can't become it: with
// --timeout, and where the daemon can't see our processes, so that the
// connection is the lease. Passes signals on, stops and continues with it,
// and keeps the connection, through restarts of the daemon too. `again` is
// what to ask to re-attach. Returns the exit code; throws Failure where the
// command could not be begun.
int supervise(Client& client, Turn turn, HoldQuery again,
              const RunOptions& options);

}  // namespace syncq
