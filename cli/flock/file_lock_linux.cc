#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "cli/base/failure.h"
#include "cli/flock/file_lock.h"
#include "common/process.h"

namespace syncq {
namespace {

std::string link_of(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

int open_failure_code(int error) {
  switch (error) {
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return EX_OSERR;
    case EROFS:
    case ENOSPC:
      return EX_CANTCREAT;
    default:
      return EX_NOINPUT;
  }
}

Failure lock_failure(int error) {
  bool of_system = error == ENOLCK || error == ENOMEM;
  return Failure(fmt::format("locking it: {}", std::strerror(error)),
                 of_system ? EX_OSERR : EX_DATAERR);
}

int operation_of(FileLock lock) {
  return lock == FileLock::kShared ? LOCK_SH : LOCK_EX;
}

bool is_at(const std::string& path, const struct stat& file) {
  struct stat there = {};
  return lstat(path.c_str(), &there) == 0 && there.st_dev == file.st_dev &&
         there.st_ino == file.st_ino;
}

// Interrupts a system call when the time is over, and again after that: the
// first signal may come before the call. Leaves all as it was.
class Alarm {
 public:
  explicit Alarm(Duration after) {
    struct sigaction action = {};
    action.sa_handler = [](int) {};
    sigaction(SIGALRM, &action, &inherited_action_);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &set, &inherited_mask_);
    constexpr suseconds_t kAgain = 10'000;
    itimerval timer = {{0, kAgain}, {0, 1}};
    auto whole = std::chrono::ceil<std::chrono::microseconds>(after).count();
    if (whole > 0) {
      constexpr auto kSecond = 1'000'000;
      timer.it_value = {whole / kSecond, whole % kSecond};
    }
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  ~Alarm() {
    constexpr itimerval kNone = {};
    setitimer(ITIMER_REAL, &kNone, nullptr);
    sigprocmask(SIG_SETMASK, &inherited_mask_, nullptr);
    sigaction(SIGALRM, &inherited_action_, nullptr);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

 private:
  struct sigaction inherited_action_ = {};
  sigset_t inherited_mask_ = {};
};

}  // namespace

UniqueFd open_lock_file(const std::string& path) {
  constexpr int kFlags = O_RDONLY | O_NOCTTY | O_CLOEXEC;
  constexpr mode_t kMode = 0666;
  UniqueFd file(open(path.c_str(), kFlags | O_CREAT, kMode));
  if (!file && errno == EISDIR) file.reset(open(path.c_str(), kFlags));
  file = above_stdio(std::move(file));
  if (!file) {
    const int error = errno;
    throw Failure(fmt::format("opening it: {}", std::strerror(error)),
                  open_failure_code(error));
  }
  return file;
}

UniqueFd reopen(int fd) {
  const std::string link = link_of(fd);
  UniqueFd file(open(link.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
  if (!file && errno == EACCES) {
    file.reset(open(link.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  }
  file = above_stdio(std::move(file));
  if (!file) {
    const int error = errno;
    throw Failure(fmt::format("opening its file once more, to see when it is "
                              "closed: {}",
                              std::strerror(error)),
                  open_failure_code(error));
  }
  return file;
}

std::string path_of(int fd) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) throw lock_failure(errno);
  if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) {
    throw Failure(fmt::format("it is a pipe or a socket: open a file for the "
                              "lock, as in `exec {}>FILE`",
                              fd),
                  EX_DATAERR);
  }
  char buffer[PATH_MAX];
  ssize_t length = readlink(link_of(fd).c_str(), buffer, sizeof buffer);
  if (length <= 0) {
    throw Failure(fmt::format("its path: {}", std::strerror(errno)), EX_OSERR);
  }
  std::string path(buffer, static_cast<std::size_t>(length));
  // proc(5). A file may also be called so.
  constexpr std::string_view kRemoved = " (deleted)";
  if (path.ends_with(kRemoved) && !is_at(path, status)) {
    path.resize(path.size() - kRemoved.size());
  }
  return path;
}

// proc(5): "lock:	1: FLOCK  ADVISORY  WRITE 812 fe:00:1234 0 EOF".
std::optional<FileLock> lock_of(int fd) {
  const std::string info = read_proc(getpid(), fmt::format("fdinfo/{}", fd));
  std::size_t at = info.find(" FLOCK ");
  if (at == info.npos) return std::nullopt;
  std::string_view line(info);
  line = line.substr(at, line.find('\n', at) - at);
  return line.find(" READ ") == line.npos ? FileLock::kExclusive
                                          : FileLock::kShared;
}

// proc(5): "1: FLOCK  ADVISORY  WRITE 812 fe:00:1234 0 EOF", with the process
// that has taken the lock. The device is not always that of stat(2).
bool is_own_lock_listed() {
  std::unique_ptr<FILE, int (*)(FILE*)> locks(fopen("/proc/locks", "re"),
                                              fclose);
  if (locks == nullptr) return false;
  std::array<char, 256> line = {};
  while (fgets(line.data(), line.size(), locks.get()) != nullptr) {
    pid_t taker = 0;
    // One that waits has an arrow before "FLOCK".
    if (std::sscanf(line.data(), "%*s FLOCK %*s %*s %d", &taker) == 1 &&
        taker == getpid()) {
      return true;
    }
  }
  return false;
}

bool take_lock(int fd, FileLock lock, Deadline limit) {
  const int operation = operation_of(lock);
  if (flock(fd, operation | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK && errno != EINTR) throw lock_failure(errno);
  std::optional<Alarm> alarm;
  if (!limit.is_never()) {
    if (limit.passed()) return false;
    alarm.emplace(limit.left());
  }
  while (flock(fd, operation) != 0) {
    if (errno != EINTR) throw lock_failure(errno);
    if (limit.passed()) return false;
  }
  return true;
}

void release_lock(int fd) {
  if (flock(fd, LOCK_UN) != 0) throw lock_failure(errno);
}

}  // namespace syncq
