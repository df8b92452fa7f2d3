#pragma once

#include "cli/base/deadline.h"
#include "common/paths.h"

namespace syncq {

enum class Started {
  kReady,  // it listens
  kBusy,   // another daemon holds the state directory
  kDied,   // it ended without a word: somebody killed it, or it crashed
};

// Starts `syncq daemon run` as a daemon, with this program's own file or what
// has been installed in its place since: in a session of its own,
// no child of ours, with no fd of ours, and waits until it says that it is
// ready. Throws Failure with the daemon's own error text, or where it neither
// speaks nor ends before the deadline.
Started start_daemon(const Paths& paths, Deadline deadline);

}  // namespace syncq
