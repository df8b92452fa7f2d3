#include "daemon/process/instance_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "common/daemon_handle.h"
#include "common/state_file.h"

namespace syncq {

std::optional<InstanceLock> InstanceLock::acquire(const std::string& path,
                                                  pid_t& holder) {
  UniqueFd fd = open_state_file(path, O_RDWR | O_CREAT);
  if (!fd) {
    throw std::runtime_error(fmt::format("opening the lock {}: {}", path,
                                         explain_state_file(errno)));
  }
  // flock and not fcntl: it ends only with this open file, whatever else in the
  // process closes the same path.
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    char text[32] = {};
    ssize_t length = pread(fd.get(), text, sizeof text - 1, 0);
    holder = length > 0 ? static_cast<pid_t>(std::atoi(text)) : 0;
    return std::nullopt;
  }
  std::string pid = fmt::format("{}\n", getpid());
  bool written = ftruncate(fd.get(), 0) == 0 &&
                 pwrite(fd.get(), pid.data(), pid.size(), 0) ==
                     static_cast<ssize_t>(pid.size());
  // The pid only helps others, the lock itself counts: a full disk must not
  // keep the daemon from starting.
  (void)written;
  return InstanceLock(std::move(fd));
}

std::optional<InstanceLock> InstanceLock::take_over(
    const std::string& path, std::chrono::steady_clock::duration patience,
    pid_t& holder) {
  constexpr int kPauseMs = 100;
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto lock = acquire(path, holder);
    if (lock || std::chrono::steady_clock::now() > until) return lock;
    // Perhaps one that a client has started since.
    auto daemon = DaemonHandle::find(holder);
    if (daemon) daemon->signal(SIGTERM);
    pollfd ended{daemon ? daemon->fd().get() : -1, POLLIN, 0};
    poll(&ended, 1, kPauseMs);
  }
}

}  // namespace syncq
