#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "common/unique_fd.h"

namespace syncq {

// The right to serve one state directory, held for the daemon's life. What only
// one daemon may do takes it as an argument.
class InstanceLock {
 public:
  // Nothing if another process has it: then `holder` is its pid, 0 if it can't
  // be read. Throws std::runtime_error if the file can't be made.
  static std::optional<InstanceLock> acquire(const std::string& path,
                                             pid_t& holder);

  // Ends the daemon that has it, and waits for that; nothing if it has not
  // ended after `patience`.
  static std::optional<InstanceLock> take_over(
      const std::string& path, std::chrono::steady_clock::duration patience,
      pid_t& holder);

 private:
  explicit InstanceLock(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace syncq
