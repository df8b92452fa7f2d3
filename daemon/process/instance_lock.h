#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "common/unique_fd.h"

namespace syncq {

// Who has the lock, as its file says.
struct LockHolder {
  pid_t pid = 0;           // 0: it can't be read
  bool activated = false;  // a service manager has started it
};

// The right to serve one state directory, held for the daemon's life. What only
// one daemon may do takes it as an argument.
class InstanceLock {
 public:
  // Nothing if another process has it, the `holder`. `activated`: what others
  // will read of us. Throws std::runtime_error if the file can't be made.
  static std::optional<InstanceLock> acquire(const std::string& path,
                                             bool activated,
                                             LockHolder& holder);

  // For an activated daemon: ends the one that has it, and waits for that;
  // nothing if it has not ended after `patience`. One that is activated as well
  // is left alone: its service manager would start it again, to end ours.
  static std::optional<InstanceLock> take_over(
      const std::string& path, std::chrono::steady_clock::duration patience,
      LockHolder& holder);

 private:
  explicit InstanceLock(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace syncq
