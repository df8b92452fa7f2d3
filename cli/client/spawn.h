#pragma once

#include "cli/base/deadline.h"
#include "common/paths.h"

namespace syncq {

enum class Started {
  kReady,  // it listens
  kBusy,   // another daemon holds the state directory
  kDied,   // it ended without a word: killed, or crashed
};

// Starts `syncq daemon run` as a daemon, from this program's own file or the
// one installed in its place since: in its own session, not our child, with
// none of our fds. Waits until it says that it is ready. Throws Failure with
// the daemon's own error text, or if it neither reports nor ends before the
// deadline.
Started start_daemon(const Paths& paths, Deadline deadline);

}  // namespace syncq
