#pragma once

#include <optional>
#include <string>

#include "cli/client/client.h"
#include "cli/flock/file_lock.h"
#include "cli/flock/flock_options.h"
#include "cli/run/turn.h"

namespace syncq {

struct FileTurn {
  HoldQuery query;
  // None: we are inside a shared turn of the same file, and want to share.
  std::optional<Turn> turn;
};

// The lock that the options ask for.
FileLock wanted_lock(const FlockOptions& options);

// Waits for the turn of the file that is open at `fd`, for this process, and
// then for its lock, as the options say. `label` is what others see of it.
// Throws Failure: with kExitNotInTime if one of the two was not had in time.
FileTurn take_file(Client& client, const FlockOptions& options, int fd,
                   std::string label);

}  // namespace syncq
