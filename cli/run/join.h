#pragma once

#include <optional>
#include <string>

#include "cli/base/deadline.h"
#include "cli/client/client.h"
#include "cli/run/run_options.h"

namespace syncq {

// Waits until the turn of another's ticket has ended, no longer than until
// `limit`. Returns the exit code of its command; nullopt: it was replaced by
// one that waits, or has waited, as well. Throws Failure: with kExitNotInTime
// if it had no turn or did not end in time, with kExitOwnFailure if it is not
// known how its command ended.
std::optional<int> join_turn(Client& client, const RunOptions& options,
                             const std::string& ticket, Deadline limit);

}  // namespace syncq
