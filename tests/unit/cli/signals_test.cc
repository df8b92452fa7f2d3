#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "cli/process/signals.h"

namespace syncq {

namespace {

constexpr pid_t kCommand = 812;

signalfd_siginfo signal_from(std::uint32_t number, int code, pid_t sender) {
  signalfd_siginfo info{};
  info.ssi_signo = number;
  info.ssi_code = code;
  info.ssi_pid = static_cast<std::uint32_t>(sender);
  return info;
}

}  // namespace

TEST_CASE("a signal somebody sent to us is passed on", "[cli][signals]") {
  CHECK(should_forward(signal_from(SIGTERM, SI_USER, 1), kCommand, false));
  CHECK(should_forward(signal_from(SIGUSR1, SI_QUEUE, 1), kCommand, false));
}

TEST_CASE("no signal is delivered twice", "[cli][signals]") {
  // From the terminal, which sends it to the whole group.
  CHECK_FALSE(
      should_forward(signal_from(SIGINT, SI_KERNEL, 0), kCommand, false));
  // To the group by kill(2): it is pending at the command too.
  CHECK_FALSE(should_forward(signal_from(SIGTERM, SI_USER, 1), kCommand, true));
  // By the command itself, to its group.
  CHECK_FALSE(
      should_forward(signal_from(SIGTERM, SI_USER, kCommand), kCommand, false));
  CHECK_FALSE(
      should_forward(signal_from(SIGCHLD, SI_USER, 1), kCommand, false));
}

// The terminal's SIGTSTP may not have been read yet when the command is seen to
// have stopped by its own.
TEST_CASE("a process that stops as its command did stops once",
          "[cli][signals]") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // A stop by SIGTSTP is ignored in an orphaned process group.
    setpgid(0, 0);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTSTP);
    sigprocmask(SIG_BLOCK, &blocked, nullptr);
    kill(getpid(), SIGTSTP);
    reraise_default(SIGTSTP);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, WUNTRACED) == child);
  CHECK(WIFSTOPPED(status));
  kill(child, SIGCONT);
  REQUIRE(waitpid(child, &status, WUNTRACED) == child);
  CHECK(WIFEXITED(status));
  if (WIFSTOPPED(status)) kill(child, SIGKILL);
}

}  // namespace syncq
