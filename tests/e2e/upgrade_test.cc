// Two versions of syncq on one machine: tests build a second program of a newer
// version.

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "tests/e2e/harness/pty.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

const std::string& kNewer = newer_program();

std::string daemon_version(Sandbox& box) {
  return box.ok("exec syncq status -o json | jq -r .version");
}

}  // namespace

TEST_CASE("a newer client replaces an older daemon, and loses nothing") {
  Sandbox box;
  box.ok("syncq queue push m hello");
  std::string ticket = box.ok("syncq fifo new --name t && syncq fifo ticket t");
  Process holder = box.hold_turn("q");
  Process waiter = box.start("exec syncq run q -- echo mine");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  pid_t older = box.daemon_pid();

  Outcome first = box.sh("exec " + kNewer + " queue ls");
  CHECK(first.code() == 0);
  CHECK(first.err.empty());
  CHECK_THAT(first.out, Contains("m"));
  CHECK(box.daemon_pid() != older);
  CHECK(daemon_version(box) == "99.0.0");
  CHECK(box.daemons_become(1));
  CHECK_THAT(box.ok("syncq fifo show t -o json"), Contains(ticket.substr(37)));
  CHECK(box.ok("syncq queue head m") == "hello");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  box.let_go(holder);
  CHECK(waiter.wait().out == "mine\n");
}

TEST_CASE("an older client leaves a newer daemon and says nothing to a file") {
  Sandbox box;
  box.ok(kNewer + " daemon start");
  pid_t newer = box.daemon_pid();
  Outcome older = box.sh("exec syncq run q -- echo hi");
  CHECK(older.out == "hi\n");
  CHECK(older.err.empty());
  CHECK(box.daemon_pid() == newer);
}

TEST_CASE("a daemon that would lose something is left, and a terminal told") {
  Sandbox box;
  std::optional<Process> held;
  SECTION("ephemeral messages") {
    box.ok("syncq queue new e --ephemeral && syncq queue push e x");
  }
  SECTION("a turn held by a connection alone") {
    box.ok("syncq daemon start");
    held.emplace(
        box.start("exec curl -sN --unix-socket \"$SYNCQ_SOCKET\" -X POST "
                  "'http://localhost/fifo/c/hold?create=true'"));
    REQUIRE(eventually(
        [&] { return held->out().find("grant") != held->out().npos; }));
  }
  pid_t older = box.daemon_pid();
  Outcome quiet = box.sh("exec " + kNewer + " fifo ls");
  CHECK(quiet.code() == 0);
  CHECK(quiet.err.empty());
  CHECK(box.daemon_pid() == older);
  Terminal terminal(box);
  terminal.enter(kNewer + " fifo ls; echo on''ce");
  terminal.sees("this is syncq 99.0.0");
  terminal.sees("once");
  terminal.enter(kNewer + " fifo ls; echo twi''ce");
  terminal.sees("twice");
  CHECK(count_of(terminal.shown(), "this is syncq") == 1);
}

TEST_CASE("a client that waited through an upgrade starts the new version") {
  Sandbox box;
  std::filesystem::copy_file(syncq_program(), box.path("installed"));
  Process holder = box.hold_turn("q");
  Process waiter = box.start("exec ./installed run q -- echo mine");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  std::filesystem::copy_file(kNewer, box.path("next"));
  box.ok("mv next installed && syncq daemon stop");
  REQUIRE(eventually([&] { return box.daemon_pid() != 0; }));
  CHECK(daemon_version(box) == "99.0.0");
  box.let_go(holder);
  CHECK(waiter.wait().out == "mine\n");
}

TEST_CASE("over TCP another version is served, left, and told of once") {
  Sandbox box;
  const bool daemon_is_older = GENERATE(true, false);
  const std::string& client = daemon_is_older ? kNewer : syncq_program();
  box.env()["SYNCQ_TCP"] = "127.0.0.1:0";
  box.ok((daemon_is_older ? syncq_program() : kNewer) + " daemon start");
  const pid_t daemon = box.daemon_pid();
  const std::string address = box.get("/status")["tcp"][0]["address"];
  box.env().erase("SYNCQ_TCP");
  box.env()["SYNCQ_ENDPOINT"] = "http://" + address;
  box.env()["SYNCQ_TOKEN_FILE"] = box.path("state/token");
  Outcome quiet = box.sh(client + " run q -- echo hi && " + client +
                         " queue push m hello && " + client + " queue pop m");
  CHECK(quiet.code() == 0);
  CHECK(quiet.out == "hi\nhello");
  CHECK(quiet.err.empty());
  Terminal terminal(box);
  terminal.enter(client + " fifo ls; echo on''ce");
  terminal.sees(daemon_is_older ? "install this version there too"
                                : "install that version here too");
  terminal.sees("once");
  terminal.enter(client + " fifo ls; echo twi''ce");
  terminal.sees("twice");
  CHECK(count_of(terminal.shown(), "this is syncq") == 1);
  CHECK(box.daemon_pid() == daemon);
}
