#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/base/arguments.h"
#include "cli/client/target.h"
#include "common/clock.h"

namespace syncq {

// A command line of `syncq flock`, which is one of flock(1). Not to be copied:
// `command` may point into it.
struct FlockOptions {
  ClientOptions client;
  bool shared = false;
  bool unlock = false;
  // -n or a limit of 0.
  bool nowait = false;
  // nullopt: as long as it takes.
  std::optional<Duration> wait;
  int conflict_code = 1;
  bool close = false;
  bool verbose = false;
  // The file, and what to run with it: ends with a nullptr.
  std::string file;
  Arguments command;
  // Set instead of these.
  std::optional<int> descriptor;

  std::string shell;
  std::vector<char*> shell_command;
};

// Parses it. An int is the exit code to end with: --help or an error has been
// printed.
std::optional<int> parse_flock_options(Arguments arguments,
                                       FlockOptions& options);

}  // namespace syncq
