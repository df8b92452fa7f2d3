#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/base/failure.h"
#include "cli/flock/left_behind.h"
#include "cli/process/inherited_fds.h"
#include "common/unique_fd.h"

namespace syncq {
namespace {

Failure fork_failure(int error) {
  return Failure(fmt::format("starting a process that keeps the lock: {}",
                             std::strerror(error)),
                 EX_OSERR);
}

[[noreturn]] void keep(int fd, int process) {
  // The second fork: an orphan, so the command that we become never reaps it.
  if (fork() != 0) _exit(EX_OK);
  stay_behind(fd, process);
  pollfd ended{kSecondKept, POLLIN, 0};
  while (poll(&ended, 1, -1) < 0 && errno == EINTR) {
  }
  _exit(EX_OK);
}

}  // namespace

void stay_behind(int first, int second) {
  constexpr int kFree = kSecondKept + 1;
  setsid();
  bool placed = chdir("/") == 0;
  // Out of the way of the places where they go.
  first = fcntl(first, F_DUPFD, kFree);
  second = fcntl(second, F_DUPFD, kFree);
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= STDERR_FILENO; ++fd) {
    placed = placed && dup2(null, fd) == fd;
  }
  placed = placed && dup2(first, kFirstKept) == kFirstKept;
  placed = placed && dup2(second, kSecondKept) == kSecondKept;
  if (!placed) _exit(EX_OSERR);
  close_from(kFree);
}

void keep_until_we_end(int fd) {
  UniqueFd self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  if (!self) throw fork_failure(errno);
  const pid_t child = fork();
  if (child < 0) throw fork_failure(errno);
  if (child == 0) keep(fd, self.get());
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace syncq
