#include "cli/client/socket_connect.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "cli/client/resolve.h"
#include "common/tcp_watch.h"

namespace syncq {
namespace {

UniqueFd new_socket(int family, int flags) {
  return above_stdio(
      UniqueFd(socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)));
}

// With a full backlog a non-blocking connect fails at once and poll can't
// wait for room; a blocking one waits, bounded by SO_SNDTIMEO (socket(7)).
int connect_in_line(int fd, const sockaddr_un& address, Deadline deadline) {
  auto us = std::chrono::ceil<std::chrono::microseconds>(
      earlier(deadline, Deadline::after(kNetworkBound)).left());
  if (us.count() == 0) return ETIMEDOUT;
  timeval bound{};
  bound.tv_sec = us.count() / 1'000'000;
  bound.tv_usec = us.count() % 1'000'000;
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  int result =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  int error = result == 0 ? 0 : errno;
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return error == EAGAIN ? ETIMEDOUT : error;
}

// Waits for a connect in progress; its errno, 0 for success.
int finish_connect(int fd, Deadline deadline) {
  pollfd writable{fd, POLLOUT, 0};
  int ready = 0;
  do {
    ready = poll(&writable, 1, deadline.poll_ms());
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

// For a client that only waits: it may read nothing for hours.
constexpr Duration kSilence = std::chrono::seconds(90);

}  // namespace

Connected connect_unix(const std::string& path, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return {{}, ENAMETOOLONG};
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd fd = new_socket(AF_UNIX, SOCK_NONBLOCK);
  if (!fd) return {{}, errno};
  int error = 0;
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof address) != 0) {
    error = errno;
    if (error == EAGAIN) error = connect_in_line(fd.get(), address, deadline);
  }
  if (error != 0) return {{}, error};
  return {std::move(fd), 0};
}

Connected connect_tcp(const Endpoint& endpoint, Deadline deadline) {
  int error = EADDRNOTAVAIL;
  for (const SocketAddress& address : resolve(endpoint, deadline)) {
    UniqueFd fd = new_socket(address.family(), SOCK_NONBLOCK);
    if (!fd) return {{}, errno};
    error = connect(fd.get(), address.get(), address.size) == 0 ? 0 : errno;
    if (error == EINPROGRESS) error = finish_connect(fd.get(), deadline);
    if (error == 0) {
      int on = 1;
      setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch_tcp_peer(fd.get(), kSilence);
      return {std::move(fd), 0};
    }
  }
  return {{}, error};
}

}  // namespace syncq
