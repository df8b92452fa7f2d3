// `-e ssh://HOST`: a daemon on another machine, by a real sshd on loopback.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/pty.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/ssh_server.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

namespace {

void check_free(Sandbox& box, const std::string& fifo) {
  CHECK(box.get("/fifo/" + fifo)["fifo"]["held"] == 0);
}

// Makes a client of what is typed from now on.
void begin_client(Terminal& terminal) {
  for (const std::string& line : lines_of(SshServer::kClient)) {
    terminal.enter(line);
  }
}

}  // namespace

TEST_CASE("what works at the socket works over ssh, on one connection",
          "[slow]") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  CHECK_THAT(ssh.ok("syncq status"), Contains(box.socket()));
  CHECK(ssh.ok("echo in | syncq run q -- sh -c 'cat; echo $SYNCQ_SLOT'") ==
        "in\n0");
  CHECK(ssh.sh("syncq run q -- sh -c 'exit 3'").code() == 3);
  CHECK(ssh.sh("syncq run q -- sh -c 'kill -TERM $$'").code() == 143);
  CHECK(ssh.sh("syncq run --timeout 0.1s q -- sleep 60").code() == 124);
  CHECK(ssh.sh("syncq run q -- ./none").code() == 127);
  CHECK(ssh.ok("syncq history -o json |"
               "jq -c '[.turns[] | .exit_status, .signal]'") ==
        R"([127,null,null,"TERM",null,"TERM",3,null,0,null])");
  CHECK(ssh.sh("syncq run -n q -- syncq run -n q -- true").code() == 75);
  check_free(box, "q");
  ssh.ok("seq 1000 | syncq queue push jobs --lines -");
  CHECK(ssh.ok("syncq queue each jobs --until-empty -j 3 -- echo {} | wc -l") ==
        "1000");
  CHECK(ssh.ok("t=$(syncq fifo ticket q); syncq fifo wait q $t;"
               "syncq fifo done q $t; echo well") == "well");
  CHECK(ssh.logins() == 1);
  // It was started there, not here.
  CHECK(box.ok("ls client | grep -v ^ssh- | wc -l") == "0");
  CHECK_THAT(ssh.ok("syncq doctor"),
             Contains("ok: ssh: OpenSSH") &&
                 Contains("ok: endpoint: ssh://box answered in "));
}

TEST_CASE("a command over ssh is killed from the daemon's machine") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  Process client =
      ssh.start("exec syncq run q -- sh -c 'touch begun; exec sleep 1000'");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  box.ok("syncq fifo kill q --kill-after 10s");
  CHECK(client.wait().signal() == SIGTERM);
  check_free(box, "q");
}

TEST_CASE("Ctrl-C over ssh reaches the command, and ssh lives on to tell") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  Terminal terminal(box);
  begin_client(terminal);
  terminal.enter(
      "syncq run q -- sh -c 'trap \"kill \\$!; exit 7\" INT; sleep 60 & "
      "echo beg\"\"un; wait'; echo code $?");
  terminal.sees("begun");
  terminal.type("\x03");
  terminal.sees("code 7");
  check_free(box, "q");
  // One that waits leaves the line at once.
  Process holder = box.hold_turn("q");
  terminal.enter("syncq run q -- true");
  terminal.sees("1st of 1");
  terminal.type("\x03");
  terminal.enter("echo code $?");
  terminal.sees("code 130");
  CHECK(eventually([&] { return box.waiting("q") == 0; }));
  box.let_go(holder);
}

TEST_CASE("a hundred megabytes go over ssh", "[slow]") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  box.env()["SYNCQ_MAX_MESSAGE"] = "100000000";
  box.ok("syncq daemon start");
  ssh.ok("head -c 100000000 /dev/urandom >big; syncq queue push q - <big");
  CHECK(ssh.ok("syncq queue pop q | cmp - big && echo same") == "same");
}

TEST_CASE("a command keeps its turn when its ssh is killed") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  Process holder = ssh.start(
      "exec syncq run q -- sh -c 'touch begun; until [ -e end ]; do sleep 0.1; "
      "done'");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  Process waiter = ssh.start("exec syncq run q -- touch next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  const int logins = ssh.logins();
  ssh.end_shared();
  // Both come back, each to its own place.
  REQUIRE(eventually([&] { return ssh.logins() > logins; }));
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK_FALSE(exists(box.path("next")));
  box.ok("touch end");
  CHECK(holder.wait().code() == 0);
  CHECK(waiter.wait().code() == 0);
  CHECK(exists(box.path("next")));
}

TEST_CASE("what is wrong with ssh, or at its other end, is said") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  auto fails = [&](const std::string& change, const std::string& words) {
    Outcome outcome = ssh.sh(change + "\nsyncq run q -- touch ran");
    CHECK(outcome.code() == 125);
    CHECK_THAT(outcome.err, Contains(words));
    CHECK(outcome.out == "");
    CHECK_FALSE(exists(box.path("ran")));
  };
  fails(": >ssh/known", "Host key verification failed");
  box.ok("echo \"[127.0.0.1]:$SSH_PORT $(cat ssh/host.pub)\" >ssh/known");
  fails("SYNCQ_ENDPOINT=ssh://box:1", "Connection refused");
  Outcome doctor = ssh.sh("syncq doctor -e ssh://box:1");
  CHECK(doctor.code() == 1);
  CHECK_THAT(doctor.out, Contains("fault: endpoint: "));
  fails("SYNCQ_SSH=./none", "none: not found");
  fails("SYNCQ_SSH=; PATH=/nowhere:$(dirname $(command -v syncq))",
        "install it");
  box.ok("cp ssh/authorized kept; : >ssh/authorized");
  fails(":", "Permission denied");
  box.ok("cp kept ssh/authorized");
  box.ok("printf '#!/bin/sh\nexec none-here\n' >there/syncq; chmod +x there/*");
  fails(":", "none-here: not found; install syncq there");
  box.ok(
      "printf '#!/bin/sh\necho \"there is no command\" >&2; exit 2\n' "
      ">there/syncq");
  fails(":", "there is no command; the syncq there may be older");
}

TEST_CASE("fifty runs at once get through an sshd of default limits",
          "[slow]") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  ssh.ok(
      "for i in $(seq 50); do syncq run -q q -- sh -c \"echo $i >>ran\" "
      "2>>errors & done; wait",
      seconds(120));
  INFO(read_file(box.path("errors")));
  CHECK(box.ok("sort -u ran | wc -l") == "50");
  CHECK(box.ok("wc -l <ran") == "50");
  check_free(box, "q");
}

TEST_CASE("a stopped command keeps its turn over ssh", "[slow]") {
  Sandbox box;
  box.env()["SYNCQ_TCP_TIMEOUT"] = "6s";
  SshServer ssh(box);
  if (!ssh.works()) return;
  Terminal terminal(box);
  begin_client(terminal);
  // It starts no processes: a shell whose child stops between vfork(2) and
  // execve(2) can't stop itself.
  box.ok("mkfifo end");
  terminal.enter(
      "syncq run q -- sh -c 'echo beg\"\"un; read line <end'; echo code $?");
  terminal.sees("begun");
  terminal.type("\x1a");
  terminal.sees("Stopped");
  // Much longer than an unstopped one may be silent.
  Outcome other = box.sh("syncq run -w 14s q -- touch next");
  CHECK(other.code() == 75);
  terminal.enter("(echo >end &); fg; echo code $?");
  terminal.sees("code 0");
  check_free(box, "q");
}

TEST_CASE("the turn of a client that gives no sign of life passes on",
          "[slow]") {
  Sandbox box;
  box.env()["SYNCQ_TCP_TIMEOUT"] = "6s";
  SshServer ssh(box);
  if (!ssh.works()) return;
  Process holder = ssh.start(
      "exec syncq run q -- sh -c 'trap \"\" TERM; touch begun; while :; do "
      "sleep 0.1; done'");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  holder.signal(SIGSTOP);
  box.ok("syncq run q -- touch next");
  CHECK(box.log_count("gone without a word") == 1);
  // It wakes up too late, and ends what should not run any more.
  holder.signal(SIGCONT);
  Outcome outcome = holder.wait();
  CHECK(outcome.code() == 125);
  CHECK_THAT(outcome.err, Contains("the turn is lost"));
}

TEST_CASE("a signal to all of the group ends the turn over ssh with it") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  Process holder =
      ssh.start("exec syncq run q -- sh -c 'touch begun; sleep 60'");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  const int number = GENERATE(SIGTERM, SIGHUP);
  kill(-holder.pid(), number);
  CHECK(holder.wait().signal() == number);
  CHECK(box.sh("syncq run -w 3s q -- true").code() == 0);
}

TEST_CASE("what a shell there prints first does no harm") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  box.ok("printf 'echo noise; printf title; printf more >&2' >~/.bashrc");
  CHECK(ssh.ok("syncq run q -- echo ran") == "ran");
  CHECK(ssh.ok("syncq run q -- echo ran") == "ran");
}

TEST_CASE("what a shell there complains of is not kept") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  box.ok("echo 'head -c 20000000 /dev/zero | tr \"\\0\" x >&2' >~/.bashrc");
  const std::string largest_file =
      "stat -L -c %s /proc/$PPID/fd/* | sort -n | tail -1";
  CHECK(std::stol(ssh.ok("syncq run q -- sh -c '" + largest_file + "'")) <
        100000);
}

TEST_CASE("a name with another key has a login of its own") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  ssh.ok("syncq status");
  box.ok(
      "ssh-keygen -q -t ed25519 -N '' -f ssh/other; sed 's/^Host box/Host "
      "other/; s/key$/other/' ssh/config >more; cat more >>ssh/config");
  Outcome outcome = ssh.sh("syncq -e ssh://other status");
  CHECK(outcome.code() != 0);
  CHECK_THAT(outcome.err, Contains("Permission denied"));
  ssh.ok("syncq status");
  CHECK(ssh.logins() == 1);
}

TEST_CASE("a connection of one's own that never looks for its end is told of") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  const std::string words = "no ServerAliveInterval";
  ssh.ok("syncq status");
  CHECK_THAT(ssh.ok("syncq doctor"), !Contains(words));
  box.ok("echo \"ControlPath $PWD/own\" >>ssh/config");
  CHECK_THAT(ssh.ok("syncq doctor"),
             Contains("warning: endpoint: ssh://box") && Contains(words));
  box.ok("echo 'ServerAliveInterval 5' >>ssh/config");
  CHECK_THAT(ssh.ok("syncq doctor"), !Contains(words));
}

TEST_CASE("a shared connection that hangs is passed by", "[slow]") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  ssh.ok("syncq status");
  box.ok("ssh -F ssh/config -O check -S client/ssh-*[0-9a-f] box 2>said");
  box.ok("sed 's/[^0-9]//g' said >master; kill -STOP $(cat master)");
  Outcome outcome = ssh.sh("syncq run q -- echo ran");
  box.ok("kill -CONT $(cat master)");
  INFO(outcome.err);
  CHECK(outcome.code() == 0);
  CHECK(outcome.out == "ran\n");
}

TEST_CASE("a waiter that was frozen past its turn does not take it", "[slow]") {
  Sandbox box;
  box.env()["SYNCQ_TCP_TIMEOUT"] = "6s";
  SshServer ssh(box);
  if (!ssh.works()) return;
  Process holder = box.hold_turn("q");
  // An ssh of its own, that is frozen with it: a grant stays in its buffers.
  Process frozen = ssh.start(
      "export SYNCQ_STATE_DIR=$PWD/$(printf %0120d 0)\n"
      "exec syncq run q -- sh -c 'date +%s%N >late'");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  Process next = box.start(
      "exec syncq run q -- sh -c 'touch has; sleep 4; date +%s%N >gone'");
  REQUIRE(eventually([&] { return box.waiting("q") == 2; }));
  kill(-frozen.pid(), SIGSTOP);
  box.let_go(holder);
  REQUIRE(eventually([&] { return exists(box.path("has")); }, seconds(30)));
  kill(-frozen.pid(), SIGCONT);
  CHECK(next.wait().code() == 0);
  Outcome outcome = frozen.wait();
  INFO(outcome.err);
  CHECK(outcome.code() == 0);
  CHECK(box.ok("[ $(cat late) -gt $(cat gone) ] && echo after") == "after");
}

TEST_CASE("dial carries bytes as they come, and each end of them") {
  Sandbox box;
  const std::string ask =
      "printf 'GET /version HTTP/1.1\\r\\nHost: x\\r\\n"
      "Connection: close\\r\\n\\r\\n' | syncq daemon dial";
  CHECK_THAT(box.ok(ask), Contains("200 OK"));
  CHECK_THAT(box.ok("SYNCQ_ENDPOINT=ssh://nowhere " + ask + " --greet"),
             Catch::Matchers::StartsWith("syncq-dial: connected\n"));
  // The end of stdin is the client's end.
  CHECK(box.ok("syncq daemon dial </dev/null") == "");
  box.ok("syncq daemon stop");
  Outcome none = box.sh("syncq daemon dial --greet --no-spawn");
  CHECK(none.code() == 1);
  CHECK(none.out == "syncq-dial: no daemon runs\n");
  CHECK(box.daemon_pid() == 0);
}
