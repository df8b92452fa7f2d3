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
#include <string_view>

#include "common/daemon_handle.h"
#include "common/state_file.h"

namespace syncq {
namespace {

// Behind the pid.
constexpr std::string_view kActivated = " activated";

LockHolder read_holder(int fd) {
  char text[64] = {};
  ssize_t length = pread(fd, text, sizeof text - 1, 0);
  if (length <= 0) return {};
  return {static_cast<pid_t>(std::atoi(text)),
          std::string_view(text).find(kActivated) != std::string_view::npos};
}

}  // namespace

std::optional<InstanceLock> InstanceLock::acquire(const std::string& path,
                                                  bool activated,
                                                  LockHolder& holder) {
  UniqueFd fd = open_state_file(path, O_RDWR | O_CREAT);
  if (!fd) {
    throw std::runtime_error(fmt::format("opening the lock {}: {}", path,
                                         explain_state_file(errno)));
  }
  // flock and not fcntl: it ends only with this open file, whatever else in the
  // process closes the same path.
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    holder = read_holder(fd.get());
    return std::nullopt;
  }
  std::string line =
      fmt::format("{}{}\n", getpid(), activated ? kActivated : "");
  bool written = ftruncate(fd.get(), 0) == 0 &&
                 pwrite(fd.get(), line.data(), line.size(), 0) ==
                     static_cast<ssize_t>(line.size());
  // The line only helps others, the lock itself counts: a full disk must not
  // keep the daemon from starting.
  (void)written;
  return InstanceLock(std::move(fd));
}

std::optional<InstanceLock> InstanceLock::take_over(
    const std::string& path, std::chrono::steady_clock::duration patience,
    LockHolder& holder) {
  constexpr int kPauseMs = 100;
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto lock = acquire(path, true, holder);
    if (lock || holder.activated) return lock;
    if (std::chrono::steady_clock::now() > until) return lock;
    // Perhaps one that a client has started since.
    auto daemon = DaemonHandle::find(holder.pid);
    if (daemon) daemon->signal(SIGTERM);
    pollfd ended{daemon ? daemon->fd().get() : -1, POLLIN, 0};
    poll(&ended, 1, kPauseMs);
  }
}

}  // namespace syncq
