#pragma once

#include <string>
#include <vector>

#include "cli/client/target.h"

namespace syncq {

// One thing that `syncq doctor` has looked at.
struct Finding {
  enum class Level {
    kOk,
    kSkipped,  // it can't be looked at now
    kWarning,  // it works, but may not do what its user wants
    kFault,    // it does not work, or not as it must
  };

  Level level = Level::kOk;
  std::string subject;  // "store", "token", ...
  std::string what;
  std::string fix;  // what to do; "" if nothing is
};

using Findings = std::vector<Finding>;

// Each looks at one part of the installation, makes nothing and mends nothing.
// Throw Failure only for what keeps them from looking at all.

// The config file, and what a daemon started now would make of it.
Findings examine_config();
// The state directory, what is in it, and the room there.
Findings examine_directories(const Paths& paths);
// How many files the daemon may open.
Findings examine_limits();
// Whether it runs, its version, and who can reach it.
Findings examine_daemon(const Target& target);
// Whether that daemon, named by URL, can be reached.
Findings examine_endpoint(const Target& target);
// Which ssh there is.
Findings examine_ssh();
// The token for TCP.
Findings examine_token(const Paths& paths);

}  // namespace syncq
