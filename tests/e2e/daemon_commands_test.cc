// syncq daemon run, start, stop, restart, status and logs.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/pty.h"
#include "tests/skip.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("daemon start, status, stop") {
  Sandbox box;
  CHECK(box.sh("exec syncq daemon status").code() == 1);
  CHECK(box.daemons_become(0));
  box.ok("syncq daemon start");
  pid_t pid = box.daemon_pid();
  REQUIRE(pid > 0);
  SECTION("start again does nothing") {
    box.ok("syncq daemon start");
    CHECK(box.daemon_pid() == pid);
  }
  SECTION("status shows it") {
    CHECK(box.ok("syncq daemon status -o json | jq .pid") ==
          std::to_string(pid));
    CHECK_THAT(box.ok("syncq daemon status"), Contains(box.socket()));
  }
  SECTION("stop ends it, and says so where none runs") {
    box.ok("syncq daemon stop");
    CHECK_FALSE(alive(pid));
    CHECK_FALSE(exists(box.socket()));
    Outcome again = box.sh("exec syncq daemon stop");
    CHECK(again.code() == 0);
    CHECK_THAT(again.err, Contains("none runs"));
  }
  SECTION("stop ends one whose socket is gone") {
    box.ok("rm s && syncq daemon stop");
    CHECK_FALSE(alive(pid));
  }
}

// As of a daemon in the moment of its end: it takes a connection, and is gone.
TEST_CASE("daemon start does not take a daemon's last moment for its life") {
  Sandbox box;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  box.socket().copy(address.sun_path, sizeof address.sun_path - 1);
  int ending = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(bind(ending, reinterpret_cast<sockaddr*>(&address), sizeof address) ==
          0);
  REQUIRE(listen(ending, 16) == 0);
  Process start = box.start("exec syncq daemon start");
  int taken = accept(ending, nullptr, nullptr);
  CHECK(taken >= 0);
  close(ending);
  close(taken);
  CHECK(start.wait().code() == 0);
  CHECK(box.daemon_pid() > 0);
}

TEST_CASE("daemon restart: another process, the same line") {
  Sandbox box;
  std::string fifo = box.ok("syncq fifo new --name q");
  std::string tickets = box.ok("for i in 1 2 3; do syncq fifo ticket q; done");
  pid_t pid = box.daemon_pid();
  box.ok("syncq daemon restart");
  CHECK(box.daemon_pid() != pid);
  CHECK(box.ok("syncq fifo show q -o json | jq -r '.tickets[].ticket'") ==
        tickets);
}

TEST_CASE("daemon run stays in the foreground and ends on TERM and INT") {
  Sandbox box;
  int number = GENERATE(SIGTERM, SIGINT);
  Process daemon = box.start("exec syncq daemon run");
  REQUIRE(eventually([&] { return box.log_count("started:") == 1; }));
  CHECK(box.daemon_pid() == daemon.pid());
  CHECK(box.ok("syncq --no-spawn run q -- echo hi") == "hi");
  daemon.signal(number);
  Outcome outcome = daemon.wait();
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Contains("started: "));
  CHECK_THAT(outcome.err, Contains("stopped"));
  CHECK_FALSE(exists(box.socket()));
}

TEST_CASE("a second daemon run says who serves, and ends") {
  Sandbox box;
  box.ok("syncq daemon start");
  pid_t pid = box.daemon_pid();
  Outcome second = box.sh("exec syncq daemon run");
  CHECK(second.code() == 1);
  CHECK_THAT(second.err, Contains(std::to_string(pid)));
  CHECK(box.daemon_pid() == pid);
  CHECK(exists(box.socket()));
}

TEST_CASE("daemon logs prints the last lines") {
  Sandbox box;
  CHECK(box.sh("exec syncq daemon logs").code() == 1);
  box.ok("syncq daemon start && syncq daemon restart");
  CHECK_THAT(box.ok("syncq daemon logs"), Contains("started: version"));
  CHECK(lines_of(box.ok("syncq daemon logs -n 1")).size() == 1);
  CHECK(box.ok("syncq daemon logs -n 0").empty());
}

TEST_CASE("daemon logs tells of turns and messages, by level and time") {
  Sandbox box;
  box.ok("syncq run q -- sh -c 'exit 3' || :");
  box.ok(
      "echo x | syncq queue push jobs; syncq queue each jobs --until-empty "
      "--max-attempts 1 -- false || :");
  REQUIRE(eventually([&] { return box.log_count(" ended, exit 3") == 1; }));
  std::string log = box.ok("syncq daemon logs --since 1h");
  CHECK_THAT(log, Contains("FIFO q: turn given to ticket") &&
                      Contains("(sh -c 'exit 3'") &&
                      Contains("queue jobs: message 1-0 given up after 1") &&
                      Contains("queue jobs.dead"));
  CHECK(box.ok("syncq daemon logs --level warn").empty());
  CHECK(box.ok("syncq daemon logs --since 0").empty());
  CHECK(box.ok("syncq daemon logs --since 2020-01-01 --level info") == log);
  CHECK(lines_of(box.ok("syncq daemon logs --since 1h -n 2")).size() == 2);
  Outcome when = box.sh("exec syncq daemon logs --since noon");
  CHECK(when.code() == 2);
  CHECK_THAT(when.err, Contains("16:24"));
  CHECK(box.sh("exec syncq daemon logs --level loud").code() == 2);
}

TEST_CASE("daemon logs -f waits for a log, follows it, and ends quietly") {
  Sandbox box;
  Terminal terminal(box);
  terminal.enter("syncq daemon logs -f --level warn");
  terminal.sees("waiting for it");
  Process reader = box.start("syncq daemon logs -f | head -n 1");
  box.ok("syncq daemon start");
  Outcome first = reader.wait();
  CHECK(first.code() == 0);
  CHECK_THAT(first.out, Contains("started: version"));
  CHECK(first.err.find("stdout") == std::string::npos);
  // As it is when it is full.
  box.ok(
      "cd state && mv daemon.log daemon.1.log && "
      "echo '2026-11-29T16:24:39.293+00:00 warning in the old one' "
      ">>daemon.1.log && "
      "echo '2026-11-29T16:24:39.293+00:00 error in the new one' "
      ">daemon.log");
  terminal.sees("in the old one");
  terminal.sees("in the new one");
  terminal.type("\x03");
  terminal.enter("echo code $?.");
  terminal.sees("code 130.");
  CHECK(terminal.shown().find("started: version") == std::string::npos);
}

TEST_CASE("stop answers a parked curl with 503 shutting_down") {
  Sandbox box;
  box.ok(
      "syncq fifo new --name q && syncq fifo ticket q > t1 && "
      "syncq fifo ticket q > t2 && syncq fifo wait q $(cat t1)");
  Process parked = box.start(
      "exec curl -sS -w '%{http_code}' --unix-socket s "
      "http://localhost/fifo/q/wait/$(cat t2)");
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 1; }));
  box.ok("syncq daemon stop");
  Outcome outcome = parked.wait();
  CHECK_THAT(outcome.out, Contains("shutting_down"));
  CHECK_THAT(outcome.out, Catch::EndsWith("503"));
}

TEST_CASE("a waiting `fifo wait` and a waiting `run` survive stop") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process runner = box.start("exec syncq run q -- echo ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  std::string ticket = box.ok("syncq fifo ticket q");
  Process waiter = box.start("syncq fifo wait q " + ticket +
                             " && syncq fifo done q " + ticket);
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 2; }));
  std::string line =
      box.ok("syncq fifo show q -o json | jq -r '.tickets[].ticket'");
  pid_t pid = box.daemon_pid();
  box.ok("syncq daemon stop");
  CHECK_FALSE(alive(pid));
  // Both start a daemon again and keep their positions.
  CHECK(eventually([&] { return box.daemon_pid() > 0; }));
  CHECK(box.ok("syncq fifo show q -o json | jq -r '.tickets[].ticket'") ==
        line);
  CHECK(runner.running());
  CHECK(waiter.running());
  box.let_go(holder);
  CHECK(runner.wait().out == "ran\n");
  CHECK(waiter.wait().code() == 0);
}

TEST_CASE("a daemon whose process can't be seen is not said to be stopped") {
  Sandbox box;
  const std::string elsewhere = "unshare -rpf --mount-proc ";
  if (box.sh(elsewhere + "true").code() != 0) {
    syncq::skip("it takes unshare(1), and a PID namespace of one's own");
    return;
  }
  box.ok("syncq daemon start");
  const pid_t daemon = box.daemon_pid();
  for (const char* end : {"stop", "restart"}) {
    Outcome outcome = box.sh(elsewhere + "syncq daemon " + end);
    CHECK(outcome.code() == 1);
    CHECK_THAT(outcome.err, Contains("can't be seen from here"));
  }
  CHECK(box.daemon_pid() == daemon);
}

TEST_CASE("a pid left in the lock's file is sent no signal", "[slow]") {
  Sandbox box;
  box.ok("mkdir -m 700 state");
  Process innocent =
      box.start(GENERATE(as<std::string>(), "exec sleep 1000",
                         "exec syncq queue push q < <(sleep 1000)"));
  // As between a new daemon's lock and the moment it writes its pid.
  write_file(box.path("state/daemon.lock"),
             std::to_string(innocent.pid()) + "\n");
  Process starting = box.start("exec flock state/daemon.lock sleep 1000");
  REQUIRE(eventually(
      [&] { return box.sh("flock -n state/daemon.lock true").code() == 1; }));
  box.sh("exec syncq daemon stop");
  box.sh("exec timeout 1 syncq fifo ls");
  CHECK(innocent.running());
  // One that is started late would have the lock once that is free.
  CHECK(box.daemons_become(0));
}
