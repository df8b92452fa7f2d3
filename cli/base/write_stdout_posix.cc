#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "cli/base/no_sigpipe.h"
#include "cli/base/write_stdout.h"

namespace syncq {

int write_stdout(std::string_view data, const OutputPause& pause) {
  NoSigpipe guard;
  while (!data.empty()) {
    pollfd ready{STDOUT_FILENO, POLLOUT, 0};
    int count = poll(&ready, 1, pause.due().poll_ms());
    if (pause.due().passed()) pause.work();
    if (count <= 0) continue;
    // A pipe that is ready takes this much without blocking (pipe(7)).
    std::size_t most = std::min<std::size_t>(data.size(), PIPE_BUF);
    ssize_t written = write(STDOUT_FILENO, data.data(), most);
    if (written >= 0) {
      data.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EAGAIN && errno != EINTR) {
      return errno;
    }
  }
  // On NFS each close flushes; stdout itself stays open.
  int copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  return copy >= 0 && close(copy) == 0 ? 0 : errno;
}

}  // namespace syncq
