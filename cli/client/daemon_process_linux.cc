#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstring>
#include <string>

#include "cli/base/failure.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/daemon_process.h"
#include "common/daemon_handle.h"
#include "common/process.h"
#include "common/state_file.h"
#include "common/unique_fd.h"

namespace syncq {
namespace {

constexpr int kPauseMs = 20;

std::string read_file(const std::string& path) {
  UniqueFd fd = open_state_file(path, O_RDONLY);
  char buffer[256];
  ssize_t length = fd ? read(fd.get(), buffer, sizeof buffer) : 0;
  return length > 0 ? std::string(buffer, static_cast<std::size_t>(length))
                    : std::string();
}

bool is_locked(const Paths& paths) {
  UniqueFd fd = open_state_file(paths.instance_lock(), O_RDWR);
  return fd && flock(fd.get(), LOCK_SH | LOCK_NB) != 0;
}

// A lock file outlives its daemon, and its pid may have been reused: it counts
// only while the lock is held, by a daemon that has already written its pid.
std::optional<pid_t> lock_holder(const Paths& paths) {
  if (!is_locked(paths)) return std::nullopt;
  std::string text = read_file(paths.instance_lock());
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  return is_daemon(pid) ? std::optional(pid) : std::nullopt;
}

std::optional<ucred> peer_of(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
  return peer;
}

std::optional<pid_t> listener(const Target& target) {
  UniqueFd fd = connect_if_running(target).fd;
  std::optional<ucred> peer = fd ? peer_of(fd.get()) : std::nullopt;
  // Under socket activation the socket's creator is the service manager.
  return peer && is_daemon(peer->pid) ? std::optional(peer->pid) : std::nullopt;
}

// The daemon to stop. One that has just begun tells its pid in a moment; one of
// another PID namespace never does.
std::optional<DaemonHandle> find_handle(const Target& target) {
  const Deadline patience = Deadline::after(std::chrono::seconds(1));
  for (;;) {
    if (auto pid = find_daemon(target)) return DaemonHandle::find(*pid);
    if (target.endpoint || !is_locked(target.paths)) return std::nullopt;
    if (patience.passed()) break;
    poll(nullptr, 0, kPauseMs);
  }
  throw Failure(fmt::format(
      "stopping the daemon of {}: it runs, but its process can't be seen from "
      "here, as if it ran in another container; stop it there",
      target.paths.state_dir));
}

// Waits for its end; false at the deadline.
bool wait_for_end(const DaemonHandle& daemon, Deadline deadline) {
  if (daemon.fd()) {
    pollfd ended{daemon.fd().get(), POLLIN, 0};
    int ready = 0;
    do {
      ready = poll(&ended, 1, deadline.poll_ms());
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
  }
  while (find_process(daemon.pid())) {
    if (deadline.passed()) return false;
    poll(nullptr, 0, kPauseMs);
  }
  return true;
}

}  // namespace

std::optional<pid_t> find_daemon(const Target& target) {
  if (target.is_remote()) {
    throw Failure(fmt::format("finding the daemon at {}: it runs on another "
                              "machine; log in there to manage it",
                              target.address()),
                  kExitUsage);
  }
  if (!target.endpoint) {
    if (auto pid = lock_holder(target.paths)) return pid;
  }
  return listener(target);
}

// proc(5): the link of a file that is gone ends so.
std::optional<uid_t> listener_uid(int fd) {
  std::optional<ucred> peer = peer_of(fd);
  return peer ? std::optional(peer->uid) : std::nullopt;
}

bool program_was_replaced(pid_t pid) {
  char target[PATH_MAX];
  ssize_t length =
      readlink(fmt::format("/proc/{}/exe", pid).c_str(), target, sizeof target);
  return std::string_view(
             target, static_cast<std::size_t>(std::max<ssize_t>(length, 0)))
      .ends_with(" (deleted)");
}

bool stop_daemon(const Target& target, Deadline deadline) {
  std::optional<DaemonHandle> daemon = find_handle(target);
  if (!daemon) return false;
  if (!daemon->signal(SIGTERM) && errno != ESRCH) {
    throw Failure(
        fmt::format("stopping the daemon, process {}: {}; it is not "
                    "yours to stop",
                    daemon->pid(), std::strerror(errno)));
  }
  if (!wait_for_end(*daemon, deadline)) {
    throw Failure(
        fmt::format("stopping the daemon, process {}: it has not "
                    "ended yet; {}, or end it with `kill -9 {}`: nothing is "
                    "lost by that",
                    daemon->pid(), target.way_out(), daemon->pid()));
  }
  return true;
}

}  // namespace syncq
