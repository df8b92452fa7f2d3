// A daemon whose disk fails to sync ends without an answer, and its clients
// carry on with the next one as after a crash.

#include <catch2/catch.hpp>
#include <csignal>
#include <optional>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/steps.h"

using namespace syncq::e2e;

namespace {

// A daemon whose syncs are tampered with once it has started, over an intact
// store, as strace(1) puts it; none if the system does not have or allow that.
std::optional<Process> tampered_daemon(Sandbox& box,
                                       const std::string& tampering) {
  if (!can_trace(box)) return std::nullopt;
  box.ok("syncq queue new jobs; syncq fifo new --name q; syncq daemon stop");
  // A new log is synced with its first write, and so is its directory.
  Process daemon = box.start(
      "exec strace -D -f -qq -o /dev/null -e trace=fdatasync,fsync -e "
      "inject=fdatasync,fsync:" +
      tampering + ":when=3+ syncq daemon run 2>message");
  REQUIRE(eventually([&] { return box.log_count("started:") == 2; }));
  return daemon;
}

std::optional<Process> ill_daemon(Sandbox& box) {
  return tampered_daemon(box, "error=EIO");
}

void check_ended(Sandbox& box, Process& daemon) {
  CHECK(daemon.wait(seconds(20)).code() == 1);
  CHECK_THAT(box.ok("cat message"), Catch::Matchers::Contains("syncing"));
  CHECK(box.log_count("not known") == 1);
  // Only another daemon removes the dead one's socket.
  box.ok("syncq daemon start");
}

}  // namespace

TEST_CASE("a failed sync ends the daemon without an answer") {
  Sandbox box;
  auto daemon = ill_daemon(box);
  if (!daemon) return;
  Outcome outcome = box.sh(
      "curl -sS --unix-socket s -X PUT -d m http://localhost/queues/jobs");
  CHECK(outcome.code() != 0);
  CHECK(outcome.out == "");
  check_ended(box, *daemon);
}

TEST_CASE("a push is stored once by the daemon after the one that failed") {
  Sandbox box;
  auto daemon = ill_daemon(box);
  if (!daemon) return;
  box.ok("syncq queue push jobs m");
  check_ended(box, *daemon);
  CHECK(box.ok("syncq queue show jobs -o json | jq .queue.size") == "1");
  CHECK(box.ok("syncq queue pop jobs") == "m");
}

TEST_CASE("a run and its waiters come through a failed sync") {
  Sandbox box;
  auto daemon = ill_daemon(box);
  if (!daemon) return;
  Process waiter = box.start("exec syncq queue pop jobs --wait=60s");
  // Not by asking it: the answer would wait for a sync.
  REQUIRE(eventually([&] {
    return std::stoi(
               box.ok("grep -c ' " + box.socket() + "$' /proc/net/unix")) >= 2;
  }));
  CHECK(box.ok("syncq run fresh -- echo ran") == "ran");
  check_ended(box, *daemon);
  box.ok("syncq queue push jobs m");
  CHECK(waiter.wait(seconds(20)).out == "m");
}

TEST_CASE("what may or may not be done after a failed sync is said") {
  Sandbox box;
  auto daemon = ill_daemon(box);
  if (!daemon) return;
  Outcome outcome = box.sh("syncq fifo ticket q");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Catch::Matchers::Contains("not known"));
  check_ended(box, *daemon);
}

TEST_CASE("a hangup does not end a daemon that is about to end") {
  Sandbox box;
  auto daemon = tampered_daemon(box, "delay_enter=300000");
  if (!daemon) return;
  Process stop = box.start("exec syncq daemon stop");
  CHECK(eventually([&] {
    daemon->signal(SIGHUP);
    return !daemon->running();
  }));
  CHECK(stop.wait().code() == 0);
  CHECK(daemon->wait(seconds(20)).code() == 0);
}

TEST_CASE("a slow disk is seen in the log", "[slow]") {
  Sandbox box;
  auto daemon = tampered_daemon(box, "delay_enter=1000000");
  if (!daemon) return;
  box.ok("syncq queue push jobs m; syncq daemon stop");
  CHECK(daemon->wait(seconds(20)).code() == 0);
  const std::string log = read_file(box.path("state/daemon.log"));
  INFO(log);
  const std::string took = "ms to decide, ";
  std::size_t at = log.rfind(took);
  REQUIRE(at != log.npos);
  CHECK(std::stoi(log.substr(at + took.size())) >= 1000);
}
