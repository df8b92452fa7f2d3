#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "cli/base/failure.h"
#include "cli/client/daemon_environment.h"
#include "cli/client/spawn.h"
#include "cli/process/inherited_fds.h"
#include "cli/process/pipe.h"
#include "common/unique_fd.h"

namespace syncq {
namespace {

// Where the daemon finds the pipe on which it reports.
constexpr int kReadyFd = 3;
constexpr std::size_t kMaxReport = 4096;

Pipe ready_pipe() {
  std::optional<Pipe> pipe = make_pipe();
  if (!pipe) {
    throw Unreachable(
        fmt::format("starting the daemon: making a pipe: {}; close "
                    "some files or raise `ulimit -n`",
                    std::strerror(errno)));
  }
  return std::move(*pipe);
}

// Signals as at a fresh login: the daemon must not inherit what our caller
// ignored or blocked.
void reset_signals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// This program, or the one installed in its place since it began: a client that
// waited in line through an upgrade must not bring the old daemon back.
// proc(5): the link of a replaced file ends with this.
std::string daemon_program() {
  constexpr std::string_view kReplaced = " (deleted)";
  constexpr const char* kSelf = "/proc/self/exe";
  char buffer[PATH_MAX];
  ssize_t length = readlink(kSelf, buffer, sizeof buffer);
  std::string path(buffer,
                   static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  if (!path.ends_with(kReplaced)) return kSelf;
  path.resize(path.size() - kReplaced.size());
  return access(path.c_str(), X_OK) == 0 ? path : kSelf;
}

// In the daemon-to-be. Async-signal-safe only: other threads may have been
// alive at the fork. Returns only if the exec failed.
void become_daemon(int ready, const char* program, char* const* argv,
                   char* const* environment) {
  setsid();
  // The second fork: not a session leader, so it can't acquire a terminal, and
  // orphaned, so no command of `syncq run` ever reaps it.
  pid_t pid = fork();
  if (pid != 0) _exit(pid < 0 ? 1 : 0);
  reset_signals();
  umask(077);
  if (chdir("/") != 0) _exit(1);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd <= STDERR_FILENO; ++fd) {
    if (null == fd) {
      fcntl(fd, F_SETFD, 0);
    } else {
      dup2(null, fd);
    }
  }
  if (ready == kReadyFd) {
    fcntl(ready, F_SETFD, 0);
  } else {
    dup2(ready, kReadyFd);
  }
  close_from(kReadyFd + 1);
  execve(program, argv, environment);
}

// They point into `number` and `words`.
std::vector<const char*> arguments(const std::string& number,
                                   std::span<const std::string> words) {
  std::vector<const char*> argv = {"syncq", "daemon", "run", "--ready-fd",
                                   number.c_str()};
  for (const std::string& word : words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  return argv;
}

void fork_daemon(int ready, const Paths& paths,
                 std::span<const std::string> words) {
  DaemonEnvironment environment(paths);
  std::string program = daemon_program();
  std::string number = std::to_string(kReadyFd);
  std::vector<const char*> argv = arguments(number, words);
  pid_t pid = fork();
  if (pid < 0) {
    throw Unreachable(
        fmt::format("starting the daemon: fork: {}; end some "
                    "processes or raise `ulimit -u`",
                    std::strerror(errno)));
  }
  if (pid == 0) {
    become_daemon(ready, program.c_str(), const_cast<char* const*>(argv.data()),
                  environment.entries());
    constexpr std::string_view kText = "error: executing syncq's own file\n";
    if (write(kReadyFd, kText.data(), kText.size()) < 0) _exit(2);
    _exit(1);
  }
  // If SIGCHLD is ignored, the kernel reaps it for us: ECHILD.
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// What the daemon said until it closed the pipe.
std::string read_report(int fd, Deadline deadline) {
  std::string report;
  char buffer[512];
  for (;;) {
    pollfd readable{fd, POLLIN, 0};
    int ready = poll(&readable, 1, deadline.poll_ms());
    if (ready == 0 && deadline.passed()) break;
    if (ready <= 0) continue;
    ssize_t count = read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || report.size() >= kMaxReport) break;
    report.append(buffer, static_cast<std::size_t>(count));
    // A daemon that forgets to close must not hold us up.
    if (report.ends_with('\n')) break;
  }
  return report;
}

}  // namespace

Started start_daemon(const Paths& paths, Deadline deadline,
                     std::span<const std::string> words) {
  Pipe ready = ready_pipe();
  fork_daemon(ready.writer.get(), paths, words);
  ready.writer.reset();
  std::string report = read_report(ready.reader.get(), deadline);
  if (report == "ready\n") return Started::kReady;
  if (report == "busy\n") return Started::kBusy;
  if (report.empty() && !deadline.passed()) return Started::kDied;
  constexpr std::string_view kError = "error: ";
  if (!report.starts_with(kError)) {
    throw Unreachable(
        fmt::format("starting the daemon: it has not come up in time; see {}",
                    paths.log()));
  }
  report.erase(0, kError.size());
  report.erase(report.find_last_not_of('\n') + 1);
  throw Unreachable(fmt::format("starting the daemon: {}", report));
}

}  // namespace syncq
