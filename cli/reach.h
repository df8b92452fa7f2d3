#pragma once

#include "cli/deadline.h"
#include "cli/options.h"
#include "common/unique_fd.h"

namespace syncq {

// Connects to the daemon, and starts it where none answers and that is
// allowed: the state machine of "Spawning". However many clients do so at
// once, one daemon comes of it. The socket is as dial_unix() makes it.
// Throws Failure, bounded by the deadline.
UniqueFd reach_daemon(const Target& target, Deadline deadline);

// Connects to the daemon if it runs, and never starts it; no fd otherwise.
// Throws Failure where the connect fails for another reason.
UniqueFd reach_running_daemon(const Target& target, Deadline deadline);

}  // namespace syncq
