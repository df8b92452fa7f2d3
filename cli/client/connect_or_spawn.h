#pragma once

#include "cli/client/target.h"
#include "common/unique_fd.h"

namespace syncq {

// Connects to the daemon, and starts it if none answers and that is allowed.
// However many clients do so at once, one daemon starts. The socket is as
// connect_unix() makes it. Throws Failure; bounded by kNetworkBound if a daemon
// listens, by kStartBound if it starts one.
UniqueFd connect_or_spawn(const Target& target);

// Connects to the daemon if it runs, and never starts it; no fd otherwise.
// Throws Failure if the connect fails for another reason; bounded by
// kNetworkBound.
UniqueFd connect_if_running(const Target& target);

// The lock that every client takes before it starts a daemon; no fd if another
// has it. Throws Failure if it can't be opened.
UniqueFd try_spawn_lock(const Paths& paths);

}  // namespace syncq
