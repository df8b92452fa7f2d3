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

Peer peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return {static_cast<uid_t>(-1), 0};
  }
  return {credentials.uid, credentials.pid};
}

}  // namespace syncq
