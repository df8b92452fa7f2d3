#include "daemon/process/process_watch.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <vector>

#include "common/unique_fd.h"

namespace syncq::test {
namespace {

uv_handle_t* as_handle(uv_timer_t* timer) {
  return reinterpret_cast<uv_handle_t*>(timer);
}

// A child that lives until it is killed, or may go.
class Child {
 public:
  explicit Child(int exit_status = 0) {
    static volatile sig_atomic_t go = 0;
    // Before the fork: its signal may come at once.
    signal(SIGUSR1, [](int) { go = 1; });
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (go == 0) usleep(1000);
    _exit(exit_status);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { end(); }

  Process process() const { return find_process(pid_).value(); }
  // A zombie until reap().
  void kill() { ::kill(pid_, SIGKILL); }
  void go() { ::kill(pid_, SIGUSR1); }
  void reap() { waitpid(pid_, nullptr, 0); }
  void end() {
    if (pid_ < 0) return;
    kill();
    reap();
    pid_ = -1;
  }

 private:
  pid_t pid_;
};

struct Watching {
  Watching() { uv_loop_init(&loop); }
  ~Watching() {
    watch.close();
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }

  uv_loop_t loop;
  bool start(std::int64_t key, const Process& process) {
    return watch.watch(key, process, status);
  }

  std::vector<std::int64_t> ended;
  // Of the last one that ended.
  std::optional<int> status;
  ProcessWatch watch{&loop, [this](std::int64_t key, std::optional<int> how) {
                       ended.push_back(key);
                       status = how;
                     }};
};

TEST_CASE("A process is known by its pid and start") {
  Child first;
  Child second;
  CHECK(first.process() == first.process());
  CHECK_FALSE(first.process() == second.process());
  CHECK(parent_of(first.process().pid) == getpid());
  CHECK_FALSE(find_process(0));
  CHECK_FALSE(find_process(-1));
}

TEST_CASE("The loop wakes when a watched process ends, once") {
  Watching w;
  Child child;
  Child other;
  REQUIRE(w.start(7, child.process()));
  REQUIRE(w.start(8, other.process()));
  uv_run(&w.loop, UV_RUN_NOWAIT);
  CHECK(w.ended.empty());
  child.kill();
  uv_run(&w.loop, UV_RUN_ONCE);
  CHECK(w.ended == std::vector<std::int64_t>{7});
  CHECK(w.status == SIGKILL);
  child.end();
  uv_run(&w.loop, UV_RUN_NOWAIT);
  CHECK(w.ended.size() == 1);
}

TEST_CASE("A process that is not watched any more is not told of") {
  Watching w;
  Child child;
  REQUIRE(w.start(7, child.process()));
  REQUIRE(w.start(7, child.process()));
  w.watch.unwatch(7);
  w.watch.unwatch(7);
  child.end();
  uv_run(&w.loop, UV_RUN_NOWAIT);
  CHECK(w.ended.empty());
}

TEST_CASE("How a watched process ended is known before it is reaped") {
  Watching w;
  Child child(7);
  Process process = child.process();
  REQUIRE(w.start(1, process));
  child.go();
  uv_run(&w.loop, UV_RUN_ONCE);
  CHECK(w.status == 7 << 8);
  w.status.reset();
  CHECK_FALSE(w.start(1, process));
  CHECK(w.status == 7 << 8);
}

TEST_CASE("A lent pidfd tells how a process ended that is long gone") {
  Watching w;
  Child child(7);
  Process process = child.process();
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  child.go();
  child.reap();
  CHECK_FALSE(w.start(1, process));
  CHECK_FALSE(w.status);
  bool tells = status_of(process, pidfd.get()).has_value();
  w.watch.lend(process.pid, std::move(pidfd));
  CHECK_FALSE(w.start(1, process));
  // Linux 6.15 and later tell.
  CHECK(w.status == (tells ? std::optional(7 << 8) : std::nullopt));
}

TEST_CASE("What has ended, or has another's pid now, is not watched") {
  Watching w;
  Child child;
  Process process = child.process();
  CHECK_FALSE(w.start(7, {process.pid, process.start + 1}));
  child.end();
  CHECK_FALSE(w.start(7, process));
  uv_run(&w.loop, UV_RUN_NOWAIT);
  CHECK(w.ended.empty());
}

TEST_CASE("A process is seen to run, to be stopped and to have ended") {
  Child child;
  Process process = child.process();
  CHECK(state_of(process) == ProcessState::kRunning);
  CHECK(state_of({process.pid, process.start + 1}) == ProcessState::kEnded);
  ::kill(process.pid, SIGSTOP);
  int status = 0;
  REQUIRE(waitpid(process.pid, &status, WUNTRACED) == process.pid);
  CHECK(state_of(process) == ProcessState::kStopped);
  child.kill();
  // A zombie: it has ended, though nobody has waited for it.
  siginfo_t info{};
  auto pid = static_cast<id_t>(process.pid);
  REQUIRE(waitid(P_PID, pid, &info, WEXITED | WNOWAIT) == 0);
  CHECK(find_process(process.pid));
  CHECK(state_of(process) == ProcessState::kEnded);
  child.reap();
  CHECK(state_of(process) == ProcessState::kEnded);
}

TEST_CASE(
    "Without a pidfd a command that was not reaped has ended all the same") {
  Watching w;
  Child child;
  Process process = child.process();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  std::vector<UniqueFd> taken;
  rlimit few{64, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  for (int fd = 0; fd >= 0;) {
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) taken.emplace_back(fd);
  }
  bool watched = w.start(7, process);
  child.kill();
  uv_timer_t bound;
  uv_timer_init(&w.loop, &bound);
  uv_timer_start(
      &bound, [](uv_timer_t*) {}, 10'000, 0);
  while (w.ended.empty() && uv_is_active(as_handle(&bound)) != 0) {
    uv_run(&w.loop, UV_RUN_ONCE);
  }
  uv_close(as_handle(&bound), nullptr);
  setrlimit(RLIMIT_NOFILE, &before);
  CHECK(watched);
  CHECK(w.ended == std::vector<std::int64_t>{7});
}

}  // namespace
}  // namespace syncq::test
