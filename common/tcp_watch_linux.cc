#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

#include "common/tcp_watch.h"

namespace syncq {
namespace {

// Half of the timeout is silence, then probes come.
constexpr int kProbes = 3;

template <typename Unit>
int count_of(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<Unit>(duration).count());
}

void set(int fd, int level, int name, int value) {
  setsockopt(fd, level, name, &value, sizeof value);
}

}  // namespace

void watch_tcp_peer(int fd, Duration timeout) {
  // Whole seconds are all that the kernel takes here. With a user timeout it
  // looks at that instead of a number of probes, each time when one is due.
  const int seconds = std::max(count_of<std::chrono::seconds>(timeout), 2);
  const int step = std::max(seconds / (2 * kProbes), 1);
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, std::max(seconds - kProbes * step, 1));
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, step);
  // Just below: at the last of them it has passed.
  set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, seconds * 1000 - 100);
}

}  // namespace syncq
