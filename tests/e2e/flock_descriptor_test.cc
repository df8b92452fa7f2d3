// `syncq flock FD`: a turn that lasts as long as a descriptor's open file.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// A shell that takes the turn for its descriptor 9 and goes on to `then`.
Process start_shell(Sandbox& box, const std::string& then) {
  Process shell =
      box.start("exec 9>f; syncq flock 9 || exit; touch held; " + then);
  REQUIRE(eventually([&] { return exists(box.path("held")); }));
  return shell;
}

std::string fifo(const Sandbox& box) {
  std::string name = "flock";
  for (char c : box.path("f")) name += c == '/' ? ':' : c;
  return name;
}

std::string held(Sandbox& box) {
  return box.ok("syncq fifo show -o json " + fifo(box) + " | jq .fifo.held");
}

// The process left behind.
pid_t holder_of(Sandbox& box) {
  std::string pid = box.ok("syncq fifo show -o json " + fifo(box) +
                           " | jq -r '.tickets[0].pid'");
  CAPTURE(pid);
  REQUIRE(alive(std::atoi(pid.c_str())));
  return std::atoi(pid.c_str());
}

bool is_free(Sandbox& box) {
  return box.sh("syncq flock -n f true").code() == 0;
}

}  // namespace

TEST_CASE("syncq flock FD: the turn ends when the descriptor is closed") {
  Sandbox box;
  CHECK(box.ok(R"(
    exec 9>f
    syncq flock 9
    syncq flock -n f true; echo $?
    flock -n f true; echo $?
    exec 9>&-
    syncq flock -n f true; echo $?
    flock -n f true; echo $?)") == "1\n1\n0\n0");
}

TEST_CASE("syncq flock FD in a subshell, a redirection and a substitution") {
  Sandbox box;
  CHECK(box.ok(R"(
    (syncq flock -n 9 || exit 1; syncq flock -n f true; echo $?) 9>f
    { syncq flock 8; syncq flock -nE 5 f true; echo $?; } 8<f
    got=$(exec 7<.; syncq flock 7; echo $?); echo $got
    syncq flock -n f true; echo $?
    syncq flock -n . true; echo $?)") == "1\n5\n0\n0\n0");
}

TEST_CASE("kill -9 of the shell ends the turn of its descriptor") {
  Sandbox box;
  Process shell = start_shell(box, "mkfifo go; read x <go");
  CHECK_FALSE(is_free(box));
  Process next = box.start("exec syncq flock f echo next");
  REQUIRE(eventually([&] { return box.waiting(fifo(box)) == 1; }));
  shell.signal(SIGKILL);
  CHECK(next.wait().out == "next\n");
}

TEST_CASE("a child that has the descriptor keeps the turn") {
  Sandbox box;
  Process shell = start_shell(box, "sleep 1000 & echo $! >pid; wait");
  REQUIRE(eventually([&] { return !read_file(box.path("pid")).empty(); }));
  shell.signal(SIGKILL);
  shell.wait();
  CHECK_FALSE(is_free(box));
  CHECK(held(box) == "1");
  box.ok("kill -9 $(cat pid)");
  CHECK(box.ok("syncq flock -w 50 f echo free") == "free");
}

TEST_CASE("unlocking a descriptor ends its turn, by flock as well") {
  Sandbox box;
  for (const char* flock : {"syncq flock", "flock"}) {
    INFO(flock);
    CHECK(box.ok(std::string("exec 9>f; syncq flock 9; ") + flock +
                 " -u 9; syncq flock -n f true; echo $?; flock -n f true; "
                 "echo $?; syncq flock -n 9; echo $?; syncq flock -n f true; "
                 "echo $?") == "0\n0\n0\n1");
  }
}

TEST_CASE("a descriptor that is locked already needs no other turn") {
  Sandbox box;
  CHECK(box.ok("exec 9>f; syncq flock 9; syncq flock 9; syncq flock -n 9; "
               "sh -c 'syncq flock 9'; echo $?; syncq fifo show -o json " +
               fifo(box) + " | jq '.fifo.held, .fifo.fence'") == "0\n1\n1");
  // From alone to shared is another turn, as another lock.
  CHECK(box.ok("exec 9>f; syncq flock 9; syncq flock -s 9; echo $?; "
               "flock -s -n f true; echo $?; syncq flock -x 9; echo $?; "
               "flock -s -n f true; echo $?; syncq fifo show -o json " +
               fifo(box) + " | jq .fifo.held") == "0\n0\n0\n1\n1");
}

TEST_CASE("those who wait for a descriptor's turn have it in order") {
  Sandbox box;
  Process shell = start_shell(box, "exec sleep 1000");
  std::vector<Process> waiters;
  for (int i = 1; i <= 4; ++i) {
    std::string number = std::to_string(i);
    waiters.push_back(box.start("exec 9>f; syncq flock 9; echo " + number +
                                " >>order; flock -n f true "
                                "&& echo clash >>order; exit 0"));
    REQUIRE(eventually([&] { return box.waiting(fifo(box)) == i; }));
  }
  CHECK(waiters.front().err().empty());
  shell.signal(SIGKILL);
  for (Process& waiter : waiters) CHECK(waiter.wait().code() == 0);
  CHECK(read_file(box.path("order")) == "1\n2\n3\n4\n");
}

TEST_CASE("killed while it waits for a descriptor, flock leaves the line") {
  Sandbox box;
  Process shell = start_shell(box, "exec sleep 1000");
  Process waiter = box.start("exec 9>f; exec syncq flock 9");
  REQUIRE(eventually([&] { return box.waiting(fifo(box)) == 1; }));
  waiter.signal(GENERATE(SIGKILL, SIGTERM));
  CHECK(waiter.wait().signal() != 0);
  CHECK(eventually([&] { return box.waiting(fifo(box)) == 0; }));
  CHECK_FALSE(is_free(box));
}

TEST_CASE("what holds a descriptor's turn has nothing else of its shell") {
  Sandbox box;
  Process shell =
      start_shell(box, "exec sleep 1000 </dev/zero 7</dev/full 2>err");
  const std::string pid = std::to_string(holder_of(box));
  CHECK(box.ok("cd /proc/" + pid + "/fd; for i in *; do readlink $i; done") ==
        "/dev/null\n/dev/null\n/dev/null\n" + box.path("f"));
  CHECK(box.ok("readlink /proc/" + pid + "/cwd; ps -o sid= -p " + pid +
               " | tr -d ' '") == "/\n" + pid);
  CHECK_THAT(box.ok("syncq ps"), Contains("flock 9 of bash (pid " +
                                          std::to_string(shell.pid()) + ")"));
  // It is what `kill` reaches; the lock is the shell's own.
  box.ok("syncq fifo kill " + fifo(box));
  CHECK(eventually([&] { return held(box) == "0"; }));
  CHECK(box.sh("flock -n f true").code() == 1);
  CHECK(box.sh("syncq flock -n f true").code() == 1);
}

TEST_CASE("the label of a descriptor's turn has only what can be shown") {
  Sandbox box;
  box.ok(
      "exec 9>f; printf 'a\\033b\\377' >/proc/$$/comm; syncq flock 9; "
      "syncq fifo show -o json " +
      fifo(box) + " | jq -r '.tickets[0].label' >label");
  const std::string label = read_file(box.path("label"));
  CHECK_THAT(label, Catch::StartsWith("flock 9 of a"));
  CHECK(label.find('\033') == label.npos);
  CHECK(label.find('\377') == label.npos);
}

TEST_CASE("a shared turn ends with its descriptor though others share on") {
  Sandbox box;
  Process reader =
      box.start("exec 9>f; syncq flock -s 9; touch held; exec sleep 1000");
  REQUIRE(eventually([&] { return exists(box.path("held")); }));
  CHECK(box.ok("(syncq flock -s 9; syncq fifo show -o json " + fifo(box) +
               " | jq .fifo.held) 9<f") == "2");
  CHECK(eventually([&] { return held(box) == "1"; }));
  CHECK_FALSE(is_free(box));
  // Its own lasts on.
  CHECK(held(box) == "1");
  reader.signal(SIGKILL);
  CHECK(box.ok("syncq flock -w 50 f echo free") == "free");
}

TEST_CASE("a descriptor of a removed file stands in the line of its path") {
  Sandbox box;
  CHECK(box.ok("exec 9>f; rm f; syncq flock 9; syncq fifo show -o json " +
               fifo(box) + " | jq .fifo.held") == "1");
}

TEST_CASE("the turn of a descriptor outlasts the daemon") {
  Sandbox box;
  Process shell = start_shell(box, "exec sleep 1000");
  kill(box.daemon_pid(), SIGKILL);
  CHECK_FALSE(is_free(box));
  CHECK(held(box) == "1");
  shell.signal(SIGKILL);
  CHECK(box.ok("syncq flock -w 50 f echo free") == "free");
}

TEST_CASE("flock -n waits for a turn whose descriptor has just been closed") {
  Sandbox box;
  Process shell = start_shell(box, "exec sleep 1000");
  const pid_t holder = holder_of(box);
  stop(holder);
  shell.signal(SIGKILL);
  shell.wait();
  Process next = box.start("exec syncq flock -n f echo next");
  REQUIRE(eventually([&] { return box.waiting(fifo(box)) == 1; }));
  kill(holder, SIGCONT);
  Outcome end = next.wait();
  CHECK(end.out == "next\n");
  CHECK(end.err.empty());
}

TEST_CASE("a descriptor that can't be held is refused with what to do") {
  Sandbox box;
  Outcome piped = box.sh("true | syncq flock 0");
  CHECK(piped.code() == 65);
  CHECK_THAT(piped.err, Contains("flock 0: it is a pipe"));
  CHECK(box.sh("syncq flock 9").code() == 65);
  Outcome word = box.sh("syncq flock f");
  CHECK(word.code() == 64);
  CHECK_THAT(word.err, Contains("`syncq flock f CMD`"));
  CHECK(box.sh("syncq flock --no-spawn -nE 1 9 9>f").code() == 71);
  CHECK(box.daemons_become(0));
}
