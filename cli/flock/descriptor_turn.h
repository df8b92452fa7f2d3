#pragma once

#include "cli/flock/flock_options.h"

namespace syncq {

// `syncq flock FD`: takes the turn and the lock of the file that is open at the
// descriptor, and leaves a process behind that holds the turn. It waits for the
// lock itself, through an open file of its own, and gets it when the
// descriptor has been closed by all who have it, or unlocked: then it ends, and
// with it the turn. With -u, unlocks.
//
// Returns the exit code; throws Failure, also in the process that it has
// forked, whose exit code is that of ours.
int hold_by_descriptor(const FlockOptions& options);

}  // namespace syncq
