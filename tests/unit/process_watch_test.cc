#include "daemon/process_watch.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <vector>

namespace syncq::test {
namespace {

// A child that lives until it is killed.
class Child {
 public:
  Child() : pid_(fork()) {
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      while (true) pause();
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { end(); }

  Process process() const { return find_process(pid_).value(); }
  // A zombie until reap().
  void kill() { ::kill(pid_, SIGKILL); }
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
  std::vector<std::int64_t> ended;
  ProcessWatch watch{&loop, [this](std::int64_t key) { ended.push_back(key); }};
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
  REQUIRE(w.watch.watch(7, child.process()));
  REQUIRE(w.watch.watch(8, other.process()));
  uv_run(&w.loop, UV_RUN_NOWAIT);
  CHECK(w.ended.empty());
  child.kill();
  uv_run(&w.loop, UV_RUN_ONCE);
  CHECK(w.ended == std::vector<std::int64_t>{7});
  child.end();
  uv_run(&w.loop, UV_RUN_NOWAIT);
  CHECK(w.ended.size() == 1);
}

TEST_CASE("A process that is not watched any more is not told of") {
  Watching w;
  Child child;
  REQUIRE(w.watch.watch(7, child.process()));
  REQUIRE(w.watch.watch(7, child.process()));
  w.watch.unwatch(7);
  w.watch.unwatch(7);
  child.end();
  uv_run(&w.loop, UV_RUN_NOWAIT);
  CHECK(w.ended.empty());
}

TEST_CASE("What has ended, or has another's pid now, is not watched") {
  Watching w;
  Child child;
  Process process = child.process();
  CHECK_FALSE(w.watch.watch(7, {process.pid, process.start + 1}));
  child.end();
  CHECK_FALSE(w.watch.watch(7, process));
  uv_run(&w.loop, UV_RUN_NOWAIT);
  CHECK(w.ended.empty());
}

}  // namespace
}  // namespace syncq::test
