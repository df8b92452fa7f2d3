#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/base/arguments.h"
#include "cli/client/target.h"
#include "common/clock.h"

namespace syncq {

// The options of `syncq queue each`.
struct EachOptions {
  ClientOptions client;
  std::string queue;
  // The words after `--`; ends with a nullptr.
  Arguments command;
  std::int64_t jobs = 1;
  Duration lease = std::chrono::seconds(30);
  // 0: the queue's own setting decides.
  std::int64_t max_attempts = 0;
  // How many messages a command gets at once; 0: one, as it is.
  std::int64_t batch = 0;
  // Of a batch: messages end with a NUL, and the command may report some.
  bool null = false;
  bool report = false;
  bool until_empty = false;
  bool stop_on_failure = false;
};

// The same without words: every worker would say the same of the daemon's
// version.
ClientOptions silent(ClientOptions options);

// Parses them. An int is the exit code to end with: --help or an error has been
// printed.
std::optional<int> parse_each_options(Arguments arguments,
                                      EachOptions& options);

}  // namespace syncq
