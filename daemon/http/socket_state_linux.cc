#include <poll.h>
#include <sys/socket.h>

#include "daemon/http/socket_state.h"

namespace syncq {

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

}  // namespace syncq
