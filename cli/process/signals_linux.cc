#include "cli/process/signals.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "cli/base/failure.h"

namespace syncq {
namespace {

constexpr int kTaken[] = {SIGTERM, SIGINT,  SIGHUP,   SIGQUIT,
                          SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT,
                          SIGTSTP, SIGTTIN, SIGTTOU,  SIGCHLD};

sigset_t taken() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : kTaken) sigaddset(&set, number);
  return set;
}

}  // namespace

Signals::Signals() { take_over(taken()); }

Signals::Signals(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (int number : numbers) {
    // A blocked signal stays pending even if ignored (signal(7)).
    struct sigaction current {};
    sigaction(number, nullptr, &current);
    if (current.sa_handler != SIG_IGN) sigaddset(&set, number);
  }
  take_over(set);
}

void Signals::take_over(const sigset_t& set) {
  sigprocmask(SIG_BLOCK, &set, &inherited_mask_);
  // If SIGCHLD is ignored, as inherited from some parents, the kernel keeps no
  // exit status for wait(2).
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &plain, &inherited_child_);
  fd_ = above_stdio(UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)));
  if (!fd_) {
    throw Failure(
        fmt::format("preparing to run the command: signalfd: {}; "
                    "close some files or raise `ulimit -n`",
                    std::strerror(errno)));
  }
}

std::optional<signalfd_siginfo> Signals::take() {
  signalfd_siginfo info{};
  if (read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return info;
}

void Signals::restore() const {
  sigaction(SIGCHLD, &inherited_child_, nullptr);
  sigprocmask(SIG_SETMASK, &inherited_mask_, nullptr);
}

bool should_forward(const signalfd_siginfo& signal, pid_t command,
                    bool waits_there) {
  if (signal.ssi_signo == SIGCHLD) return false;
  // The terminal's signals go to the whole foreground group.
  if (signal.ssi_code == SI_KERNEL) return false;
  // The command signals its group, such as `kill 0` in a trap: passing that
  // back would loop.
  if (static_cast<pid_t>(signal.ssi_pid) == command) return false;
  return !waits_there;
}

void reraise_default(int number) {
  // The command has dumped its own core; ours would say nothing.
  rlimit none{};
  if (getrlimit(RLIMIT_CORE, &none) == 0) {
    none.rlim_cur = 0;
    setrlimit(RLIMIT_CORE, &none);
  }
  struct sigaction before {};
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  sigaction(number, &plain, &before);
  sigset_t only;
  sigset_t mask;
  sigemptyset(&only);
  sigaddset(&only, number);
  // First raised, while it is blocked: with one that is pending already this
  // would stop twice.
  raise(number);
  sigprocmask(SIG_UNBLOCK, &only, &mask);
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  sigaction(number, &before, nullptr);
}

}  // namespace syncq
