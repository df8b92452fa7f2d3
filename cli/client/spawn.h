#pragma once

#include <span>
#include <string>

#include "cli/base/deadline.h"
#include "common/paths.h"

namespace syncq {

// A daemon that ends before it is ready may have been killed by chance; if it
// happens each time, it is broken.
inline constexpr int kMostDeaths = 5;

enum class Started {
  kReady,  // it listens
  kBusy,   // another daemon holds the state directory
  kDied,   // it ended without a word: killed, or crashed
};

// Starts `syncq daemon run` as a daemon, from this program's own file or the
// one installed in its place since: in its own session, not our child, with
// none of our fds, and with these further words. Waits until it says that it is
// ready. Throws Failure with the daemon's own error text, or if it neither
// reports nor ends before the deadline.
Started start_daemon(const Paths& paths, Deadline deadline,
                     std::span<const std::string> words = {});

}  // namespace syncq
