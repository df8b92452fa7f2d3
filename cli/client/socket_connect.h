#pragma once

#include <string>

#include "cli/base/deadline.h"
#include "cli/client/endpoint.h"
#include "common/unique_fd.h"

namespace syncq {

// A connected, non-blocking, close-on-exec socket above fd 2, or the errno
// of the failure.
struct Connected {
  UniqueFd fd;
  int error = 0;
};

// Connects to a Unix socket. Waits only if the daemon's backlog is full.
Connected connect_unix(const std::string& path, Deadline deadline);

// Connects to HOST:PORT, trying its addresses one by one. Throws Failure if the
// host has none.
Connected connect_tcp(const Endpoint& endpoint, Deadline deadline);

}  // namespace syncq
