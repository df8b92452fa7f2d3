#pragma once

#include <sys/types.h>

#include <optional>

#include "cli/base/deadline.h"
#include "cli/client/target.h"

namespace syncq {

// The pid of the target's daemon: the holder of its instance lock, or else the
// listener at its socket. Needs no HTTP, so it works with every version.
// nullopt if none runs. Throws Failure.
std::optional<pid_t> find_daemon(const Target& target);

// Who listens at the other end of this connection; nullopt if it does not say.
std::optional<uid_t> listener_uid(int fd);

// Whether another file has been put in the place of the one that it runs.
bool program_was_replaced(pid_t pid);

// Ends the daemon with SIGTERM and waits until it is gone. False if none runs.
// Throws Failure if it has not ended by the deadline, or if its process can't
// be found.
bool stop_daemon(const Target& target, Deadline deadline);

}  // namespace syncq
