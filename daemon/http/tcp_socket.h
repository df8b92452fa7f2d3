#pragma once

#include "common/tcp_address.h"
#include "common/unique_fd.h"

namespace syncq {

// Connections that wait to be accepted, of any listener.
inline constexpr int kBacklog = 1024;

// Makes a socket that listens there. Throws std::runtime_error for people.
UniqueFd listen_on(const TcpAddress& address);

}  // namespace syncq
