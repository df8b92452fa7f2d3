#include <poll.h>
#include <sys/socket.h>

#include "daemon/http/socket_state.h"

namespace syncq {
namespace {

// Of asm-generic/socket.h since 6.5, which Debian 12's does not have.
constexpr int kPeerPidfd = 77;

}  // namespace

bool peer_alive(int fd) {
  pollfd poller{fd, POLLRDHUP, 0};
  if (poll(&poller, 1, 0) <= 0) return true;
  return (poller.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) == 0;
}

bool hung_up(int fd) {
  pollfd poller{fd, 0, 0};
  return poll(&poller, 1, 0) > 0;
}

bool input_waits(int fd) {
  pollfd poller{fd, POLLIN, 0};
  return poll(&poller, 1, 0) > 0;
}

int socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

Peer peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return {};
  }
  Peer peer;
  peer.uid = credentials.uid;
  peer.pid = credentials.pid;
  return peer;
}

UniqueFd peer_pidfd(int fd) {
  int pidfd = -1;
  socklen_t size = sizeof pidfd;
  if (getsockopt(fd, SOL_SOCKET, kPeerPidfd, &pidfd, &size) != 0) return {};
  return UniqueFd(pidfd);
}

}  // namespace syncq
