#pragma once

#include <sys/socket.h>

#include <string>
#include <vector>

#include "cli/base/deadline.h"
#include "cli/client/endpoint.h"

namespace syncq {

// One address of a host, with the port.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  int family() const { return storage.ss_family; }
  const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

// The addresses of an endpoint's host, in the order to try them. A numeric
// address and `localhost` are read here. Any other name is looked up by
// getent(1), which asks what this machine's /etc/nsswitch.conf names:
// getaddrinfo(3) of a static binary would need the shared libraries of the very
// glibc that it was linked with. Throws Failure if the host has no address, or
// none is known by the deadline.
std::vector<SocketAddress> resolve(const Endpoint& endpoint, Deadline deadline);

// Reads what `getent ahosts` prints: the first word of each line. An address
// listed once for each socket type is returned once.
std::vector<SocketAddress> parse_addresses(const std::string& text,
                                           const std::string& port);

}  // namespace syncq
