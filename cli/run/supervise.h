#pragma once

#include "cli/client/client.h"
#include "cli/run/hold_stream.h"
#include "cli/run/run_options.h"
#include "cli/run/turn.h"

namespace syncq {

// Runs the command as a child if this process can't become it: with --timeout,
// or if the daemon can't see our processes, so that the connection is the
// lease. Passes signals on, stops and continues with it, and keeps the
// connection, through restarts of the daemon too. `again` is the query to
// re-attach with. Returns the exit code; throws Failure if the command could
// not be started.
int supervise(Client& client, Turn turn, HoldQuery again,
              const RunOptions& options);

}  // namespace syncq
