#pragma once

#include <sys/types.h>

#include <optional>

#include "common/unique_fd.h"

namespace syncq {

// A daemon's process, held by a pidfd: even if its pid is reused, no other
// process is sent the signal. Before Linux 5.3 by its pid alone.
class DaemonHandle {
 public:
  // nullopt if the process is not a daemon.
  static std::optional<DaemonHandle> find(pid_t pid);

  pid_t pid() const { return pid_; }
  // False with errno set.
  bool signal(int number) const;
  // Readable once it has ended; none if there is no pidfd.
  const UniqueFd& fd() const { return fd_; }

 private:
  DaemonHandle(pid_t pid, UniqueFd fd) : pid_(pid), fd_(std::move(fd)) {}

  pid_t pid_;
  UniqueFd fd_;
};

}  // namespace syncq
