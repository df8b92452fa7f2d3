#pragma once

#include "common/tcp_address.h"
#include "common/unique_fd.h"

namespace syncq {

// Makes a socket that listens there. Throws std::runtime_error for people.
UniqueFd listen_on(const TcpAddress& address);

}  // namespace syncq
