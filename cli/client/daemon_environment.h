#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/paths.h"

namespace syncq {

// Whether a variable of the client's environment goes to a daemon it starts.
// MAKEFLAGS and the like must not; nor the turn we run in.
bool passes_to_daemon(std::string_view name);

// The environment of a started daemon: the variables that pass, with
// SYNCQ_STATE_DIR, SYNCQ_SOCKET and SYNCQ_CONFIG absolute, the last two if they
// were given.
class DaemonEnvironment {
 public:
  explicit DaemonEnvironment(const Paths& paths);
  DaemonEnvironment(const DaemonEnvironment&) = delete;
  DaemonEnvironment& operator=(const DaemonEnvironment&) = delete;

  // As execve(2) takes it; lives as long as this object.
  char* const* entries() { return entries_.data(); }

 private:
  std::vector<std::string> own_;
  std::vector<char*> entries_;
};

}  // namespace syncq
