// A wall clock that is set, another time namespace, another boot: nobody's turn
// or lease ends before its time, or never, and the order stays.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"
#include "tests/skip.h"

using namespace syncq::e2e;

namespace {

constexpr int kHour = 3'600'000;

// A line of an accepted and a waiting ticket, and a message each that is
// leased, delayed and mortal: for up to an hour. Their ids are in files.
const std::string kSetOut = R"(
  syncq fifo new --name t --wait-timeout 1h --done-timeout 1h >/dev/null
  syncq fifo ticket t >first
  syncq fifo ticket t >second
  syncq fifo wait t $(cat first)
  echo leased | syncq queue push jobs
  syncq queue pop jobs --lease 1h --lease-file lease
  echo delayed | syncq queue push jobs --delay 1h
  echo mortal | syncq queue push jobs --ttl 1h
)";

void check_times(Sandbox& box) {
  Json tickets = box.get("/fifo/t")["tickets"];
  REQUIRE(tickets.size() == 2);
  CHECK(tickets[0]["ticket"] == box.ok("cat first"));
  CHECK(tickets[0]["state"] == "accepted");
  CHECK(tickets[1]["ticket"] == box.ok("cat second"));
  CHECK(tickets[1]["state"] == "waiting");
  for (const Json& each : tickets) {
    const int left = each["deadline_ms"];
    CHECK(left > kHour / 2);
    // A crash may take back a little: SystemClock::kHeartbeat.
    CHECK(left <= kHour + 60'000);
    CHECK(each["age_ms"] < kHour / 2);
  }
  Json queue = box.get("/queues/jobs")["queue"];
  CHECK(queue["size"] == 1);
  CHECK(queue["leased"] == 1);
  CHECK(queue["delayed"] == 1);
}

// What was kept can be used.
void check_ends(Sandbox& box) {
  box.ok(R"(set -e
    syncq fifo done t $(cat first)
    syncq fifo wait t $(cat second)
    syncq fifo done t $(cat second)
    syncq queue ack jobs $(cat lease)
    syncq queue pop jobs >popped)");
  CHECK(read_file(box.path("popped")) == "mortal\n");
}

// Whether a script runs with its own time namespace, where monotonic clocks are
// a day ahead.
const std::string kDayAhead =
    "unshare -r --time --boottime 86400 --monotonic 86400 ";

bool has_time_namespaces(Sandbox& box) {
  if (box.sh(kDayAhead + "true").code() == 0) return true;
  syncq::skip("it takes unshare(1), and a time namespace of one's own");
  return false;
}

}  // namespace

TEST_CASE("a wall clock that is set by a day moves nothing") {
  // What is shipped is linked statically, and AddressSanitizer comes first.
  if (shipped() || sanitized()) return;
  Sandbox box;
  const std::string library =
      box.sh("ls /usr/lib/*/faketime/libfaketime.so.1").out;
  if (library.empty()) {
    syncq::skip("libfaketime is not installed");
    return;
  }
  const std::string moved = GENERATE("+1d", "-1d");
  write_file(box.path("wall"), "+0");
  Process daemon = box.start(
      "FAKETIME_TIMESTAMP_FILE=$PWD/wall FAKETIME_NO_CACHE=1 "
      "FAKETIME_DONT_FAKE_MONOTONIC=1 LD_PRELOAD=" +
      library.substr(0, library.find('\n')) + " exec syncq daemon run");
  REQUIRE(eventually([&] { return box.log_count("started:") == 1; }));
  box.ok(kSetOut);
  Process holder = box.hold_turn("q");
  Process waiter = box.start("exec syncq run -q q -- touch next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  const std::string date =
      "curl -sS -D - -o status --unix-socket s http://localhost/status | "
      "sed -n 's/^Date: //p' | date -f - +%s";
  const int before = std::stoi(box.ok(date));
  write_file(box.path("wall"), moved);
  const int after = std::stoi(box.ok(date));
  CHECK(std::abs(after - before) > 80'000);
  check_times(box);
  CHECK(stays([&] { return !exists(box.path("next")); }, Milliseconds(300)));
  box.let_go(holder);
  CHECK(waiter.wait().code() == 0);
  check_ends(box);
  box.ok("syncq daemon stop");
  CHECK(daemon.wait().code() == 0);
}

TEST_CASE("the next daemon may see other clocks, a day ahead or behind") {
  Sandbox box;
  if (!has_time_namespaces(box)) return;
  const bool ahead = GENERATE(true, false);
  box.ok((ahead ? "" : kDayAhead) + "syncq daemon start");
  box.ok(kSetOut);
  Process holder = box.hold_turn("q");
  kill(box.daemon_pid(), SIGKILL);
  REQUIRE(eventually([&] { return box.daemon_pid() == 0; }));
  box.ok((ahead ? kDayAhead : "") + "syncq daemon start");
  check_times(box);
  Process waiter = box.start("exec syncq run -q q -- touch next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(stays([&] { return !exists(box.path("next")); }, Milliseconds(300)));
  box.let_go(holder);
  CHECK(waiter.wait().code() == 0);
  check_ends(box);
}

TEST_CASE("after another boot all goes on where it was") {
  Sandbox box;
  // The boot's id is another in a mount namespace.
  write_file(box.path("id"), "00000000-0000-4000-8000-000000000000\n");
  const std::string other_boot =
      "unshare -rm sh -c 'mount --bind id /proc/sys/kernel/random/boot_id && "
      "exec \"$@\"' sh ";
  if (box.sh(other_boot + "true").code() != 0) {
    syncq::skip("it takes unshare(1), and a mount namespace of one's own");
    return;
  }
  box.ok(kSetOut);
  const int fence = box.get("/fifo/t")["fifo"]["fence"];
  kill(box.daemon_pid(), SIGKILL);
  REQUIRE(eventually([&] { return box.daemon_pid() == 0; }));
  box.ok(other_boot + "syncq daemon start");
  check_times(box);
  // What the last boot may have lost is left out.
  CHECK(box.get("/fifo/t")["fifo"]["fence"] > fence + 1);
  check_ends(box);
}
