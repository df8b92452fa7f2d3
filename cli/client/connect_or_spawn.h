#pragma once

#include <span>
#include <string>

#include "cli/client/link.h"
#include "cli/client/target.h"
#include "cli/ssh/ssh_connect.h"
#include "common/unique_fd.h"

namespace syncq {

// Connects to the daemon, and starts it if none answers and that is allowed.
// However many clients do so at once, one daemon starts. Throws Failure;
// bounded by kNetworkBound if a daemon listens, by kStartBound if it starts one
// or ssh has to come to it, and, but for the start of a daemon of this machine,
// by `limit`: then with kExitNotInTime.
// A link may await its greeting only if `await` allows it.
Link connect_or_spawn(const Target& target, Await await = Await::kGreeting,
                      Deadline limit = Deadline::never());

// Starts the daemon with these further words for `syncq daemon run`, unless one
// runs. False if another one answers, which knows nothing of them. Throws
// Failure; the target has no endpoint.
bool start_if_none_runs(const Target& target,
                        std::span<const std::string> words);

// Connects to the daemon if it runs, and never starts it; no fd otherwise.
// Throws Failure if the connect fails for another reason; bounded by `limit`
// and kNetworkBound.
Link connect_if_running(const Target& target,
                        Deadline limit = Deadline::never());

// The lock that every client takes before it starts a daemon; no fd if another
// has it. Throws Failure if it can't be opened.
UniqueFd try_spawn_lock(const Paths& paths);

}  // namespace syncq
