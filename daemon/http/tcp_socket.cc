#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "daemon/http/tcp_socket.h"

namespace syncq {
namespace {

bool set(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

}  // namespace

UniqueFd listen_on(const TcpAddress& address) {
  const int family = address.get()->sa_family;
  UniqueFd fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  // A daemon that was restarted has the address at once. [::] is IPv6 alone,
  // so that 0.0.0.0 can be named beside it.
  bool listens =
      fd && set(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1) &&
      (family != AF_INET6 || set(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1)) &&
      bind(fd.get(), address.get(), address.size()) == 0 &&
      listen(fd.get(), kBacklog) == 0;
  if (listens) return fd;
  throw std::runtime_error(
      fmt::format("listening on {}: {}; name another address with --tcp, or "
                  "none",
                  address.text(), std::strerror(errno)));
}

}  // namespace syncq
