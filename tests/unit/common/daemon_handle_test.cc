#include "common/daemon_handle.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

#include "common/process.h"

namespace syncq::test {
namespace {

// A child that runs until it is ended.
class Child {
 public:
  explicit Child(bool is_daemon) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      // Catch2 would report it as ours.
      std::signal(SIGTERM, SIG_DFL);
      if (is_daemon) name_daemon();
      close(ready[1]);
      close(ready[0]);
      for (;;) pause();
    }
    close(ready[1]);
    char none;
    CHECK(read(ready[0], &none, 1) == 0);
    close(ready[0]);
  }
  ~Child() { end(); }
  void end() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

TEST_CASE("Only a process named as the daemon can be sent a signal") {
  Child other(false);
  CHECK_FALSE(DaemonHandle::find(other.pid()));
  CHECK_FALSE(DaemonHandle::find(0));
  Child daemon(true);
  auto handle = DaemonHandle::find(daemon.pid());
  REQUIRE(handle);
  CHECK(handle->pid() == daemon.pid());
  CHECK(handle->signal(SIGTERM));
  int status = 0;
  CHECK(waitpid(daemon.pid(), &status, 0) == daemon.pid());
  CHECK(WTERMSIG(status) == SIGTERM);
}

TEST_CASE(
    "A daemon that has ended is sent no signal, even if its pid is reused") {
  Child daemon(true);
  auto handle = DaemonHandle::find(daemon.pid());
  REQUIRE(handle);
  daemon.end();
  CHECK_FALSE(handle->signal(SIGTERM));
  CHECK(errno == ESRCH);
}

}  // namespace
}  // namespace syncq::test
