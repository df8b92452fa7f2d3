#pragma once

#include <sys/types.h>

#include <optional>

#include "cli/base/deadline.h"
#include "cli/client/target.h"

namespace syncq {

// The pid of the daemon of these paths: the holder of its instance lock, or
// else whoever listens at its socket. Needs no HTTP, so it works with every
// version. nullopt where none runs. Throws Failure.
std::optional<pid_t> find_daemon(const Target& target);

// Ends the daemon with SIGTERM and waits until it is gone. False where none
// runs. Throws Failure where it has not ended at the deadline.
bool stop_daemon(const Target& target, Deadline deadline);

}  // namespace syncq
