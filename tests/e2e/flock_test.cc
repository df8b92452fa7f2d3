// `syncq flock`: the command lines of flock(1), beside it.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/ssh_server.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// Has a file locked until the end: by `flock` or `syncq flock`.
Process hold_file(Sandbox& box, const std::string& flock) {
  Process holder =
      box.start("exec " + flock + " f sh -c 'touch held; exec sleep 1000'");
  REQUIRE(eventually([&] { return exists(box.path("held")); }));
  return holder;
}

std::string fifo_of(const Sandbox& box, const std::string& file) {
  std::string path = box.path(file);
  std::string name = "flock";
  for (char c : path) name += c == '/' ? ':' : c;
  return name;
}

// The same words for both: what they exit with and what the command printed.
void same_as_flock(Sandbox& box, const std::string& words) {
  INFO("flock " << words);
  Outcome theirs = box.sh("flock " + words);
  Outcome ours = box.sh("syncq flock " + words);
  CHECK(ours.code() == theirs.code());
  CHECK(ours.out == theirs.out);
  CHECK(ours.err.empty() == theirs.err.empty());
}

}  // namespace

TEST_CASE("flock and syncq flock do the same with a free file") {
  Sandbox box;
  box.ok("touch plain; mkdir dir; ln -s f link; ln -s made dangling");
  for (const char* words : {"f true",
                            "f false",
                            "f echo a 'b  c'",
                            "f -c 'exit 3'",
                            "f -c 'echo $0-$1'",
                            "f --command 'echo x | cat'",
                            "f -c",
                            "f -c a b",
                            "f sh -c 'kill -9 $$'",
                            "f sh -c 'kill $$'",
                            "f /nonexistent",
                            "f nonexistent",
                            "f ./plain",
                            "f ''",
                            "f -- echo",
                            "-- f echo x",
                            "dir true",
                            ". true",
                            "link true",
                            "dangling true",
                            "new/f true",
                            "'' true",
                            "f/ true",
                            "plain/f true",
                            "/proc/nope true",
                            "",
                            "f",
                            "-n",
                            "-E 256 f true",
                            "-E -1 f true",
                            "-E x f true",
                            "-E 255 f true",
                            "-w x f true",
                            "-w '' f true",
                            "-w 1s f true",
                            "-w 1.5 f true",
                            "-w .5 f true",
                            "-w 1. f true",
                            "-w +1 f true",
                            "-w 1e1 f true",
                            "-w 0 f true",
                            "-w",
                            "--nonblock f true",
                            "--nonb f true",
                            "--nb f true",
                            "--nonblocking f true",
                            "--timeout=1 f true",
                            "--timeout 1 f true",
                            "--wait 1 f true",
                            "--wai 1 f true",
                            "-nE7 f echo x",
                            "-nE 7 f echo x",
                            "-o f true",
                            "--close f true",
                            "-F f true",
                            "--no-fork f true",
                            "-o -F f true",
                            "-s f true",
                            "-x f true",
                            "-e f true",
                            "-sx f true",
                            "--exclusive f true",
                            "-u f echo x",
                            "-z f true",
                            "--nosuch f true",
                            "--no f true",
                            "f echo -n x",
                            "f sh -c 'echo x >&3; echo $?' 3>/dev/null",
                            "f sh -c '[ -e /proc/self/fd/3 ]; echo $?'",
                            "-o f sh -c '[ -e /proc/self/fd/3 ]; echo $?'",
                            "99",
                            "-1",
                            "0x9",
                            "9 9>f",
                            "-n 9 9>f",
                            "-u 9 9>f",
                            "-s 9 9<dir",
                            "-x 9 9<f",
                            "-u 99"}) {
    same_as_flock(box, words);
  }
  CHECK(exists(box.path("made")));
}

TEST_CASE("flock and syncq flock give up the same way") {
  Sandbox box;
  const std::string by = GENERATE("flock", "syncq flock");
  Process holder = hold_file(box, by);
  for (const char* words :
       {"-n f echo x", "-nE 123 f echo x", "-n -E 0 f echo x",
        "-F -nE 5 f echo x", "-xnE 5 f echo x", "-n f -c 'echo x'",
        "-w 0 f echo x", "-w 0.05 f echo x", "-w .05 -E 9 f echo x",
        "-n ./f true", "-s -n f true", "-u f echo x", "-n 9 9>f",
        "-nE 12 9 9<f", "-w 0.05 -E 13 9 9>f", "-n g echo x"}) {
    same_as_flock(box, words);
  }
  Outcome told = box.sh("syncq flock -v -n f true");
  CHECK(told.code() == 1);
  CHECK_THAT(told.err, Contains("flock f: "));
}

// As util-linux tests its own.
TEST_CASE("while a file is shared, others wait, give up, or share it") {
  Sandbox box;
  box.ok("mkfifo go");
  Process sharer = box.start(
      "exec syncq flock --shared f sh -c 'touch held; read x <go; touch over'");
  REQUIRE(eventually([&] { return exists(box.path("held")); }));
  for (const char* options :
       {"--nonblock", "--no-fork --nonblock", "--nonblock --exclusive"}) {
    INFO(options);
    Outcome refused = box.sh(std::string("syncq flock ") + options +
                             " --conflict-exit-code 123 f echo never");
    CHECK(refused.code() == 123);
    CHECK(refused.out.empty());
  }
  CHECK(box.sh("flock -s -n f true").code() == 0);
  CHECK(box.sh("flock -n f true").code() == 1);
  Process waiter = box.start(
      "exec syncq flock --timeout 50 --conflict-exit-code 5 f "
      "sh -c '[ -e over ] && echo after'");
  REQUIRE(eventually([&] { return box.waiting(fifo_of(box, "f")) == 1; }));
  box.ok("echo >go");
  CHECK(sharer.wait().code() == 0);
  Outcome end = waiter.wait();
  CHECK(end.code() == 0);
  CHECK(end.out == "after\n");
}

TEST_CASE("two that share a file run at the same time") {
  Sandbox box;
  Process one =
      box.start("exec syncq flock -s f sh -c 'touch held; sleep 1000'");
  REQUIRE(eventually([&] { return exists(box.path("held")); }));
  CHECK(box.ok("syncq flock -s -n f echo both") == "both");
  CHECK(box.ok("syncq flock --shared f echo both") == "both");
  CHECK(box.sh("syncq flock -n f true").code() == 1);
}

TEST_CASE("syncq flock keeps the order in which they came") {
  Sandbox box;
  Process holder = hold_file(box, "syncq flock");
  std::vector<Process> waiters;
  for (int i = 1; i <= 5; ++i) {
    waiters.push_back(box.start("exec syncq flock f sh -c 'echo " +
                                std::to_string(i) + " >>order'"));
    REQUIRE(eventually([&] { return box.waiting(fifo_of(box, "f")) == i; }));
  }
  CHECK(waiters.front().err().empty());
  holder.signal(SIGKILL);
  for (Process& waiter : waiters) CHECK(waiter.wait().code() == 0);
  CHECK(read_file(box.path("order")) == "1\n2\n3\n4\n5\n");
}

TEST_CASE("one file is one line, by whatever path it is called") {
  Sandbox box;
  box.ok("mkdir -p d/e; touch d/f; ln -s d/f link; ln -s d dir");
  Process holder = box.start(
      "cd d/e; exec syncq flock ../f sh -c 'touch ../held; sleep 1000'");
  REQUIRE(eventually([&] { return exists(box.path("d/held")); }));
  for (const char* file :
       {"d/f", "./d/../d/f", "link", "dir/f", "\"$PWD/d/f\""}) {
    INFO(file);
    CHECK(box.sh(std::string("syncq flock -n ") + file + " true").code() == 1);
  }
  box.ok("syncq flock -n d true");
  CHECK(box.ok("syncq fifo show -o json " + fifo_of(box, "d/f") +
               " | jq -r .fifo.held") == "1");
}

TEST_CASE("the command of flock is told of its turn, and becomes syncq") {
  Sandbox box;
  CHECK(box.ok("echo $$ >pid; exec syncq flock f sh -c "
               "'[ $$ = $(cat pid) ] && echo $SYNCQ_SLOT${SYNCQ_FENCE:+ok}'") ==
        "0ok");
  Outcome within = box.sh("syncq flock f syncq flock f true");
  CHECK(within.code() == 71);
  CHECK_THAT(within.err, Contains("the very turn that it would wait for"));
  CHECK(box.sh("syncq flock f syncq flock -n f true").code() == 1);
  CHECK(box.ok("syncq flock f syncq flock g echo two") == "two");
}

TEST_CASE(
    "a program that does not know syncq keeps its lock, and is kept out") {
  Sandbox box;
  Process holder = hold_file(box, "flock -F");
  Process waiter =
      box.start("exec syncq flock f sh -c 'flock -n f true; echo $?'");
  REQUIRE(eventually([&] {
    return box.sh("syncq fifo show " + fifo_of(box, "f")).code() == 0 &&
           box.ok("syncq fifo show -o json " + fifo_of(box, "f") +
                  " | jq .fifo.held") == "1";
  }));
  CHECK(waiter.running());
  CHECK(box.sh("syncq flock -n f true").code() == 1);
  holder.signal(SIGKILL);
  CHECK(waiter.wait().out == "1\n");
}

TEST_CASE("of one that has no lock yet, and flock -n, only one runs") {
  Sandbox box;
  box.ok("mkfifo go");
  Process first =
      box.start("exec syncq run " + fifo_of(box, "f") +
                " -- sh -c 'touch held; read x <go; flock -n f echo first'");
  REQUIRE(eventually([&] { return exists(box.path("held")); }));
  Process second = box.start("exec syncq flock -n f echo second");
  REQUIRE(eventually([&] { return box.waiting(fifo_of(box, "f")) == 1; }));
  box.ok("echo >go");
  // The second gives up if all this takes longer than it waits.
  const std::string ran = first.wait().out + second.wait().out;
  CHECK((ran == "second\n" || ran == "first\n"));
}

TEST_CASE("over ssh a turn lasts while its lock is waited for", "[slow]") {
  Sandbox box;
  // Each gives signs of life within a part of this, however busy the machine.
  const int silence = sanitized() ? 20 : 8;
  box.env()["SYNCQ_TCP_TIMEOUT"] = std::to_string(silence) + "s";
  SshServer ssh(box);
  if (!ssh.works()) return;
  Process holder = hold_file(box, "flock -F");
  Process waiter = ssh.start("exec syncq flock f echo mine");
  const std::string fifo = fifo_of(box, "f");
  REQUIRE(eventually([&] {
    return box.sh("syncq fifo show " + fifo).code() == 0 &&
           box.ok("syncq fifo show -o json " + fifo + " | jq .fifo.held") ==
               "1";
  }));
  // Much longer than it may be silent.
  CHECK(box.sh("syncq run -w " + std::to_string(2 * silence + 2) + "s " + fifo +
                   " -- true",
               seconds(60))
            .code() == 75);
  holder.signal(SIGKILL);
  Outcome end = waiter.wait();
  INFO(end.err);
  CHECK(end.out == "mine\n");
  CHECK(end.code() == 0);
}

TEST_CASE("a process left behind keeps the lock, but not with -o") {
  Sandbox box;
  const std::string leave = " f sh -c 'sleep 1000 >/dev/null & echo $! >pid'";
  box.ok("syncq flock -o" + leave);
  box.ok("syncq flock -n f true; flock -n f true; kill $(cat pid)");
  box.ok("syncq flock" + leave);
  CHECK(box.sh("flock -n f true").code() == 1);
  CHECK(box.sh("syncq flock -n f true").code() == 1);
  box.ok("kill $(cat pid); syncq flock -w 50 f true; flock -n f true");
}

TEST_CASE("with -o the lock lasts as long as the command") {
  Sandbox box;
  Process holder = hold_file(box, "syncq flock -o");
  CHECK(box.sh("flock -n f true").code() == 1);
  // To the command, which has no part in the lock.
  holder.signal(SIGTERM);
  CHECK(holder.wait().signal() == SIGTERM);
  box.ok("flock -n f true; syncq flock -n f true");
}

TEST_CASE("flock's own failures are not the code of a conflict") {
  Sandbox box;
  Outcome none = box.sh("syncq flock --no-spawn -n f touch ran");
  CHECK(none.code() == 71);
  CHECK_THAT(none.err, Contains("flock f: "));
  CHECK_FALSE(exists(box.path("ran")));
  CHECK(box.sh("syncq -e unix:/nonexistent flock f true").code() == 71);
  CHECK(box.ok("syncq -o json flock f echo x") == "x");
  CHECK(box.ok("syncq flock -V") == box.ok("syncq --version"));
  box.ok("syncq flock -n f true");
}
