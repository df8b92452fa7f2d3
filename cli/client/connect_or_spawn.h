#pragma once

#include "cli/client/target.h"
#include "common/unique_fd.h"

namespace syncq {

// Connects to the daemon, and starts it where none answers and that is
// allowed. However many clients do so at
// once, one daemon comes of it. The socket is as connect_unix() makes it.
// Throws Failure; bounded by kNetworkBound where one listens, by kStartBound
// where it starts.
UniqueFd connect_or_spawn(const Target& target);

// Connects to the daemon if it runs, and never starts it; no fd otherwise.
// Throws Failure where the connect fails for another reason; bounded by
// kNetworkBound.
UniqueFd connect_if_running(const Target& target);

// The lock that every client takes before it starts a daemon; no fd where
// another has it. Throws Failure where it can't be opened.
UniqueFd try_spawn_lock(const Paths& paths);

}  // namespace syncq
