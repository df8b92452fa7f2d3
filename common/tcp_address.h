#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "common/result.h"

namespace syncq {

// A numeric IP address and a port.
struct TcpAddress {
  sockaddr_storage storage{};

  const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
  socklen_t size() const;
  // "127.0.0.1:7077", "[::1]:7077".
  std::string text() const;
  // The same without brackets and port.
  std::string ip() const;
  // Only this machine can reach it.
  bool is_loopback() const;
  // 0.0.0.0 or [::]: all of the machine's addresses.
  bool is_any() const;
};

// Reads IPv4:PORT, [IPv6]:PORT or localhost:PORT (IPv4); port 0 lets the kernel
// choose. Refuses with kBadRequest: other names could be resolved otherwise
// tomorrow.
Result<TcpAddress> parse_tcp_address(std::string_view text);

// The address that a TCP socket is bound to, and the one at its other end.
// Throw std::runtime_error for people.
TcpAddress bound_address(int fd);
TcpAddress peer_address(int fd);

}  // namespace syncq
