#pragma once

#include <memory>

#include "cli/ssh/ssh_process.h"
#include "common/unique_fd.h"

namespace syncq {

// A connection to the daemon: a non-blocking, close-on-exec socket above fd 2,
// and the ssh that carries it, if any, which ends with it.
struct Link {
  std::unique_ptr<SshProcess> ssh;
  // The greeting of `syncq daemon dial` has still to come, until then.
  bool awaits_greeting = false;
  Deadline greeting_by = Deadline::never();
  UniqueFd fd;  // declared last, to be closed first

  explicit operator bool() const { return static_cast<bool>(fd); }
  void reset() {
    fd.reset();
    ssh.reset();
    awaits_greeting = false;
  }
};

}  // namespace syncq
