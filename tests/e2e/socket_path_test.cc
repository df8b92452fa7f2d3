// Where the socket is, and how clients find the one daemon if it is not where
// they look first.

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "tests/e2e/harness/sandbox.h"
#include "tests/skip.h"

using namespace syncq::e2e;

TEST_CASE("the socket removed while the daemon lives comes back") {
  Sandbox box;
  box.ok("syncq daemon start");
  pid_t pid = box.daemon_pid();
  std::filesystem::remove(box.socket());
  CHECK(box.ok("syncq run q -- echo hi") == "hi");
  CHECK(box.daemon_pid() == pid);
  CHECK(exists(box.socket()));
  CHECK(box.daemons_become(1));
}

TEST_CASE("many clients at once heal a removed socket") {
  Sandbox box;
  box.ok("syncq daemon start");
  pid_t pid = box.daemon_pid();
  std::filesystem::remove(box.socket());
  box.ok(
      "for i in $(seq 30); do syncq run -q q -- sh -c 'echo x >> out' & "
      "done; wait");
  CHECK(box.ok("wc -l < out") == "30");
  CHECK(box.daemon_pid() == pid);
}

TEST_CASE("a holder keeps its turn while the socket is away") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  std::filesystem::remove(box.socket());
  CHECK(box.sh("exec syncq run -n q -- true").code() == 75);
  box.let_go(holder);
}

TEST_CASE("a stale socket file is replaced") {
  Sandbox box;
  box.ok("syncq daemon start");
  pid_t pid = box.daemon_pid();
  kill(pid, SIGKILL);
  REQUIRE(eventually([&] { return !alive(pid); }));
  REQUIRE(exists(box.socket()));
  CHECK(box.ok("syncq run q -- echo hi") == "hi");
  CHECK(box.daemon_pid() != pid);
}

TEST_CASE("a named socket of over 107 bytes is refused, and of 107 used") {
  Sandbox box;
  std::string longest = box.path(std::string(107 - box.dir().size() - 1, 'l'));
  REQUIRE(longest.size() == 107);
  SECTION("107 bytes is used as it is") {
    box.env()["SYNCQ_SOCKET"] = longest;
    CHECK(box.ok("syncq status -o json | jq -r .socket") == longest);
    CHECK(exists(longest));
  }
  SECTION("108 bytes is refused, whoever names it") {
    box.ok("syncq daemon start");
    for (const std::string& command :
         {"syncq --socket " + longest + "x fifo ls",
          "syncq daemon run --socket " + longest + "x",
          "SYNCQ_SOCKET=" + longest + "x exec syncq status"}) {
      Outcome outcome = box.sh(command);
      CHECK(outcome.code() == 1);
      CHECK_THAT(outcome.err, Catch::Contains("107"));
    }
    CHECK_FALSE(exists(longest));
    CHECK(box.daemons_become(1));
  }
}

TEST_CASE("a client with another XDG_RUNTIME_DIR finds the same daemon") {
  Sandbox box;
  box.env().erase("SYNCQ_SOCKET");
  box.ok("mkdir -m 700 run1 run2");
  box.ok("XDG_RUNTIME_DIR=$PWD/run1 syncq daemon start");
  pid_t pid = box.daemon_pid();
  REQUIRE(pid > 0);
  CHECK(exists(box.path("run1/syncq")));
  std::string ask = "syncq status -o json | jq -r .pid";
  CHECK(box.ok("XDG_RUNTIME_DIR=$PWD/run2 " + ask) == std::to_string(pid));
  // cron: no XDG_RUNTIME_DIR at all.
  CHECK(box.ok(ask) == std::to_string(pid));
  CHECK(box.daemons_become(1));
}

TEST_CASE("a daemon is found after its runtime directory went, as at logout") {
  Sandbox box;
  box.env().erase("SYNCQ_SOCKET");
  box.ok("mkdir -m 700 run1; XDG_RUNTIME_DIR=$PWD/run1 syncq queue push q one");
  const std::string pid = std::to_string(box.daemon_pid());
  std::filesystem::remove_all(box.path("run1"));
  CHECK(box.ok("syncq status -o json | jq -r .pid") == pid);
  CHECK(box.ok("syncq queue pop q") == "one");
  CHECK(box.daemons_become(1));
}

TEST_CASE("another user's socket in the daemon's place is not spoken to") {
  if (!is_root()) {
    syncq::skip("becoming another user takes root");
    return;
  }
  Sandbox box;
  box.env().erase("SYNCQ_SOCKET");
  box.ok("mkdir -m 700 run state; echo $PWD/evil >state/socket.path");
  Process evil = box.start(R"(exec perl -MSocket -e '
    socket my $s, PF_UNIX, SOCK_STREAM, 0 or die;
    bind $s, pack_sockaddr_un("evil") or die;
    chmod 0777, "evil"; $< = $> = 12345; listen $s, 9 or die;
    open my $f, ">&", \*STDOUT; syswrite $f, "listens\n"; sleep 1000')");
  REQUIRE(eventually([&] { return !evil.out().empty(); }));
  Outcome outcome = box.sh("XDG_RUNTIME_DIR=$PWD/run exec syncq run q -- true");
  CHECK(outcome.code() == 125);
  CHECK_THAT(outcome.err, Catch::Contains("another user's (uid 12345)"));
  evil.signal(SIGKILL);
  evil.wait();
  std::filesystem::remove(box.path("evil"));
}

TEST_CASE(
    "another SYNCQ_SOCKET for the same state is refused with the way out") {
  Sandbox box;
  box.ok("syncq daemon start");
  Outcome outcome = box.sh("SYNCQ_SOCKET=$PWD/other exec syncq fifo ls");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Catch::Contains(box.socket()));
  CHECK(box.daemons_become(1));
}

TEST_CASE(
    "two state directories are two daemons that know nothing of each other") {
  Sandbox box;
  box.ok("syncq fifo new --name here");
  box.env()["SYNCQ_STATE_DIR"] = box.path("second");
  box.env()["SYNCQ_SOCKET"] = box.path("s2");
  CHECK(box.ok("syncq fifo ls -o json | jq -r .count.fifos") == "0");
  CHECK(box.daemons_become(2));
}

TEST_CASE("a HOME of 200 characters, one of them a newline, serves as any") {
  Sandbox box;
  box.env().erase("SYNCQ_SOCKET");
  box.env().erase("SYNCQ_STATE_DIR");
  std::string home = box.path(std::string(100, 'h') + "\n");
  home.resize(200, 'h');
  box.env()["HOME"] = home;
  box.ok("mkdir -m 700 \"$HOME\"");
  CHECK(box.ok("syncq run q -- echo hi") == "hi");
  CHECK(box.ok("syncq queue push q m; syncq queue pop q") == "m");
  // The socket lies elsewhere, and others find it, from whatever directory.
  std::string socket = box.ok("syncq status -o json | jq -r .socket");
  CHECK(socket.size() <= 107);
  CHECK(exists(socket));
  CHECK(box.ok("cd /; XDG_RUNTIME_DIR=$HOME syncq fifo ls -o json | "
               "jq -r '.fifos[].name'") == "q");
  // Each finding is a line.
  CHECK(box.ok("syncq doctor | grep -vcE '^(ok|skipped): ' || true") == "0");
  box.ok("syncq daemon stop");
  CHECK_FALSE(exists(socket));
}

TEST_CASE("a socket in a directory with a newline is found without its name") {
  Sandbox box;
  box.env().erase("SYNCQ_SOCKET");
  std::string run = box.path("r\nr");
  box.ok("mkdir -m 700 " + shell_word(run));
  box.ok("XDG_RUNTIME_DIR=" + shell_word(run) + " syncq fifo new --name here");
  CHECK(box.ok("syncq fifo ls -o json | jq -r '.fifos[].name'") == "here");
  CHECK(box.daemons_become(1));
}
