// What docs/side-by-side.md says: many workers in one repository, and commands
// in containers.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/shims.h"
#include "tests/e2e/harness/tested_build.h"
#include "tests/skip.h"

using namespace syncq::e2e;

namespace {

constexpr int kWorkers = 8;

// One worker's rounds: each adds a file, commits it, and makes a worktree. What
// fails is told in failures.
std::string worker(int number, int rounds) {
  return "cd repo; for i in $(seq " + std::to_string(rounds) +
         "); do n=" + std::to_string(number) + R"sh(-$i
      echo $n >f$n
      git add f$n && git commit -qm $n -- f$n &&
        git worktree add -q ../w$n -b b$n || echo $n >>../failures
      git status --short >/dev/null || echo status >>../failures
    done)sh";
}

// The words before a command that give it PIDs and mounts of its own, as a
// container has them. "" after skip().
std::string own_namespaces(Sandbox& box) {
  const std::string words = "unshare -rmpf --kill-child --mount-proc";
  if (box.sh(words + " true").code() == 0) return words;
  syncq::skip("it takes unshare(1), and namespaces of one's own");
  return "";
}

// In the container only a volume of the socket's directory is there, at
// another path, and the environment names it.
std::string in_container(const std::string& unshare,
                         const std::string& command) {
  return "exec " + unshare + " sh -c " + shell_word(R"sh(
      mkdir -p volume && mount --bind run volume &&
        mount -t tmpfs none run && mount -t tmpfs none state || exit 99
      unset SYNCQ_SOCKET SYNCQ_STATE_DIR
      export SYNCQ_ENDPOINT=unix:$PWD/volume/s
      )sh" + command);
}

}  // namespace

TEST_CASE("workers in one repository meet no lock", "[slow]") {
  Sandbox box;
  make_repository(box);
  const int rounds = repetitions(10);
  std::vector<Process> workers;
  for (int i = 0; i < kWorkers; ++i) {
    workers.push_back(box.start(worker(i, rounds)));
  }
  for (Process& each : workers) {
    Outcome outcome = each.wait(seconds(300));
    CHECK(outcome.err.empty());
  }
  CHECK_FALSE(exists(box.path("failures")));
  const std::string all = std::to_string(kWorkers * rounds);
  CHECK(box.ok("git -C repo rev-list --count HEAD^") == all);
  CHECK(box.ok("git -C repo worktree list | grep -c /w") == all);
  CHECK(box.ok("git -C repo status --short").empty());
}

TEST_CASE("a container's commands stand in the line of the machine") {
  Sandbox box;
  const std::string unshare = own_namespaces(box);
  if (unshare.empty()) return;
  box.env()["SYNCQ_SOCKET"] = box.path("run/s");
  box.ok("mkdir -m 700 run && ln -s run/s s && syncq daemon start");
  box.ok("mkfifo end");
  Process holder = box.hold_turn("q");
  Process inside = box.start(
      in_container(unshare,
                   "exec syncq run q -- sh -c '[ $$ -lt 30 ] && touch ran; "
                   "read x <end'"));
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK_FALSE(exists(box.path("ran")));
  box.let_go(holder);
  // In another PID namespace, and the turn is kept all the same.
  REQUIRE(eventually([&] { return exists(box.path("ran")); }));
  CHECK(box.sh("syncq run -n q -- true").code() == 75);
  SECTION("until the command ends") { box.ok("echo >end"); }
  SECTION("until the container is killed") { inside.signal(SIGKILL); }
  inside.wait();
  box.ok("syncq run -w 60s q -- true");
}
