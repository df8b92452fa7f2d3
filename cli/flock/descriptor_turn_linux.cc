#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "cli/base/failure.h"
#include "cli/flock/descriptor_turn.h"
#include "cli/flock/file_lock.h"
#include "cli/flock/flock_turn.h"
#include "cli/process/inherited_fds.h"
#include "cli/process/pipe.h"
#include "cli/process/signals.h"
#include "common/characters.h"
#include "common/process.h"

namespace syncq {
namespace {

// The shell that has the descriptor says more than the command that takes the
// lock for it.
std::string label_of(int fd) {
  const pid_t shell = getppid();
  std::string name = read_proc(shell, "comm");
  if (name.ends_with('\n')) name.pop_back();
  return fmt::format("flock {} of {} (pid {})", fd,
                     name.empty() ? "a process" : sanitize(name), shell);
}

Failure start_failure(int error) {
  return Failure(fmt::format("starting a process that holds the turn: {}",
                             std::strerror(error)),
                 EX_OSERR);
}

// Where stay_behind() puts the descriptors.
constexpr int kFirstKept = 3;
constexpr int kSecondKept = 4;

// Makes a process without a terminal, in a session and a directory that keep
// nothing from ending, out of a fork of ours. It keeps only these two of our
// descriptors; stdin, stdout and stderr are /dev/null. Ends it if that fails.
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

// Waits for the end of a shared lock that this process has taken by another
// open file. Others may have more of the file, as their turns allow, and the
// last of them may never end: so it looks for its own, if that was `listed`.
void wait_for_shared(int fd, bool listed) {
  // `flock -n` waits no longer than a second for a turn without a lock.
  constexpr Duration kLook = std::chrono::milliseconds(500);
  for (;;) {
    const Deadline look = listed ? Deadline::after(kLook) : Deadline::never();
    if (take_lock(fd, FileLock::kExclusive, look)) return;
    if (!is_own_lock_listed()) return;
  }
}

// In that process, once it has stayed behind.
[[noreturn]] void watch(FileLock lock, bool listed) {
  try {
    if (lock == FileLock::kShared) {
      wait_for_shared(kFirstKept, listed);
    } else {
      take_lock(kFirstKept, FileLock::kShared, Deadline::never());
    }
    // Sooner than by our end.
    release_lock(kFirstKept);
  } catch (const Failure&) {
    _exit(EX_OSERR);
  }
  _exit(EX_OK);
}

// In the forked process.
[[noreturn]] void hold(const FlockOptions& options, const std::string& label,
                       UniqueFd ready, pid_t starter) {
  // While it waits, it ends with the one for which it does.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != starter) _exit(EX_OSERR);
  const int fd = *options.descriptor;
  UniqueFd own = reopen(fd);
  Client client(options.client);
  FileTurn taken = take_file(client, options, fd, label);
  if (taken.turn && !taken.turn->grant.process_lease) {
    release_lock(fd);
    throw Failure(
        "the daemon sees no processes of this machine, so none can hold the "
        "turn for a descriptor: give a command, as in `syncq flock FILE CMD`",
        EX_OSERR);
  }
  // The shell waits for us, and has the lock yet.
  const bool listed = is_own_lock_listed();
  stay_behind(own.get(), ready.get());
  prctl(PR_SET_PDEATHSIG, 0);
  constexpr char kTaken = 1;
  if (write(kSecondKept, &kTaken, sizeof kTaken) < 0) _exit(EX_OSERR);
  close(kSecondKept);
  // Inside a shared turn that lasts longer there is nothing to hold.
  if (!taken.turn) _exit(EX_OK);
  watch(wanted_lock(options), listed);
}

int ending_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return EX_OSERR;
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  reraise_default(WTERMSIG(status));
  return kExitSignalBase + WTERMSIG(status);
}

}  // namespace

int hold_by_descriptor(const FlockOptions& options) {
  const int fd = *options.descriptor;
  if (options.unlock) {
    release_lock(fd);
    return EX_OK;
  }
  path_of(fd);
  if (auto has = lock_of(fd)) {
    if (*has == wanted_lock(options)) return EX_OK;
    // As flock(2) itself does it, others may have it in between.
    release_lock(fd);
  }
  std::optional<Pipe> ready = make_pipe();
  if (!ready) throw start_failure(errno);
  const std::string label = label_of(fd);
  const pid_t self = getpid();
  signal(SIGCHLD, SIG_DFL);
  const pid_t child = fork();
  if (child < 0) throw start_failure(errno);
  if (child == 0) {
    ready->reader.reset();
    hold(options, label, std::move(ready->writer), self);
  }
  ready->writer.reset();
  char taken = 0;
  ssize_t count = 0;
  do {
    count = read(ready->reader.get(), &taken, sizeof taken);
  } while (count < 0 && errno == EINTR);
  return count == 1 ? EX_OK : ending_of(child);
}

}  // namespace syncq
