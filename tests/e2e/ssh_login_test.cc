// `-e ssh://HOST` while ssh still logs in: limits of waiting hold, and the end
// of the client is that of its ssh.

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/pty.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/ssh_server.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

namespace {

// How many of the sandbox's ssh log in, or carry something: not `ssh -G`.
int count_ssh(const Sandbox& box) {
  int count = 0;
  for (const Seen& seen : processes_with(box.dir() + "/ssh/config")) {
    bool busy = seen.command_line.find("-oStdinNull=no") != std::string::npos;
    count += busy && seen.command_line.starts_with("ssh") ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("a limit of waiting holds while ssh still busy") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  ssh.freeze();
  const std::string command =
      GENERATE(as<std::string>{}, "run -w 1s q -- touch ran",
               "queue pop --wait=1s q", "fifo wait q t --timeout 1s");
  auto began = std::chrono::steady_clock::now();
  Outcome outcome = ssh.sh("syncq " + command);
  // ssh itself would go on for ten.
  CHECK(since(began) < seconds(6));
  CHECK(outcome.code() == 75);
  CHECK_THAT(outcome.err, Contains("ssh://box: ssh was still connecting"));
  CHECK(count_ssh(box) == 0);
}

TEST_CASE("a limit of waiting holds while ssh asks on the terminal") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  box.ok("ssh-keygen -q -p -P '' -N secret -f ssh/key");
  Terminal terminal(box);
  for (const std::string& line : lines_of(SshServer::kClient)) {
    terminal.enter(line);
  }
  terminal.enter("stty -a >before; syncq run -w 2s q -- true; echo code $?");
  terminal.sees("Enter passphrase");
  terminal.sees("ssh was still connecting");
  terminal.sees("code 75");
  terminal.enter("stty -a | cmp - before && echo same$?");
  terminal.sees("same0");
}

TEST_CASE("an ssh that still logs in ends with its client") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  ssh.freeze();
  Process client = ssh.start("exec syncq run q -- touch ran");
  REQUIRE(eventually([&] { return count_ssh(box) == 1; }));
  client.signal(GENERATE(SIGINT, SIGTERM, SIGKILL));
  client.wait();
  CHECK(eventually([&] { return count_ssh(box) == 0; }, seconds(3)));
  ssh.thaw();
  CHECK_FALSE(exists(box.path("ran")));
}

TEST_CASE("a client that ended while its own ssh logs in starts no daemon") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  ssh.freeze();
  // There is no room for a connection that is shared.
  Process client = ssh.start(
      "export SYNCQ_STATE_DIR=$PWD/$(printf %0120d 0)\n"
      "exec syncq run q -- touch ran");
  REQUIRE(eventually([&] { return count_ssh(box) == 1; }));
  client.signal(SIGKILL);
  client.wait();
  ssh.thaw();
  CHECK(eventually([&] { return count_ssh(box) == 0; }));
  CHECK(box.daemon_pid() == 0);
}

TEST_CASE("dial starts no daemon for a client that has left") {
  Sandbox box;
  Outcome outcome =
      box.sh("exec 3< <(true); wait $!; exec syncq daemon dial --greet <&3");
  CHECK(outcome.code() == 1);
  CHECK(outcome.out == "syncq-dial: starting\nsyncq-dial: no daemon runs\n");
  CHECK(box.daemon_pid() == 0);
}
