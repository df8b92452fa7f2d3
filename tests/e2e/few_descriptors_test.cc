// A daemon that may open few files.

#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <sstream>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// What the process has used of the processor so far.
Milliseconds used_by(pid_t pid) {
  std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  // Behind the name, which may hold anything: the state and ten numbers.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return Milliseconds((user + system) * 1000 / sysconf(_SC_CLK_TCK));
}

// So many clients that wait for the FIFO q, each of which will write a line.
Process queue_up(Sandbox& box, int clients) {
  return box.start("for i in $(seq " + std::to_string(clients) +
                   "); do syncq run -q q -- sh -c 'echo >> ran' & done; wait");
}

}  // namespace

TEST_CASE("a daemon with too few descriptors refuses to start and says so") {
  Sandbox box;
  for (const char* few : {"14", "16", "20"}) {
    Outcome outcome =
        box.sh(std::string("ulimit -n ") + few + "; exec syncq fifo new");
    INFO(few << ": " << outcome.err);
    CHECK(outcome.code() == 1);
    CHECK_THAT(outcome.err, Contains("`ulimit -n 24`"));
  }
  CHECK(box.daemons_become(0));
  // A soft limit is no obstacle.
  box.ok("ulimit -S -n 16; syncq fifo new");
}

TEST_CASE("all waiters at a daemon with few descriptors get their turn") {
  Sandbox box;
  box.ok("ulimit -n 24; syncq daemon start");
  box.ok(R"(
    for i in $(seq 40); do syncq run -q q -- sh -c 'echo >> ran' & done
    wait)",
         seconds(120));
  CHECK(box.ok("wc -l < ran") == "40");
}

TEST_CASE("a waiter that finds no room at the daemon waits for it", "[slow]") {
  Sandbox box;
  const int haste = box.hurry();
  box.ok("ulimit -n 24; syncq daemon start");
  Process holder = box.hold_turn("q");
  Process crowd = box.start(R"(
    for i in $(seq 40); do syncq run -q q -- sh -c 'echo >> ran' & done
    wait)");
  Process seen =
      box.start("sleep " + std::to_string(33.0 / haste) + "; echo > slept");
  REQUIRE(eventually([&] { return exists(box.path("slept")); }, seconds(60)));
  CHECK(crowd.running());
  box.let_go(holder);
  CHECK(crowd.wait(seconds(120)).code() == 0);
  CHECK(box.ok("wc -l < ran") == "40");
}

TEST_CASE("200 clients at a daemon with 60 descriptors run one by one") {
  Sandbox box;
  box.ok("ulimit -n 60; syncq daemon start");
  const pid_t daemon = box.daemon_pid();
  Process holder = box.hold_turn("q");
  Process crowd = queue_up(box, 200);
  // As many as it has room for; the others come again and again.
  REQUIRE(eventually([&] { return box.waiting("q") > 15; }, seconds(60)));
  box.let_go(holder);
  CHECK(crowd.wait(seconds(240)).code() == 0);
  CHECK(box.ok("wc -l < ran") == "200");
  // It was the same all along.
  CHECK(box.daemon_pid() == daemon);
}

TEST_CASE("a crowded daemon with few descriptors does not spin", "[slow]") {
  Sandbox box;
  box.ok("ulimit -n 60; syncq daemon start");
  const pid_t daemon = box.daemon_pid();
  Process holder = box.hold_turn("q");
  Process crowd = queue_up(box, 100);
  REQUIRE(eventually([&] { return box.waiting("q") > 15; }, seconds(60)));
  const Milliseconds before = used_by(daemon);
  box.ok("sleep 3");
  // Each of those that come again does so twice a second.
  CHECK(used_by(daemon) - before < Milliseconds(1500));
  // Who asks is answered meanwhile.
  CHECK(box.ok("syncq fifo new", seconds(30)).size() == 36);
  box.let_go(holder);
  CHECK(crowd.wait(seconds(120)).code() == 0);
  CHECK(box.ok("wc -l < ran") == "100");
}

TEST_CASE("connections over TCP leave room for this machine's own") {
  Sandbox box;
  box.env()["SYNCQ_TCP"] = "127.0.0.1:0";
  box.env()["SYNCQ_TCP_NO_TOKEN"] = "1";
  box.ok("ulimit -n 60; syncq daemon start");
  const std::string address = box.get("/status")["tcp"][0]["address"];
  // More than it may have open, each of which waits for a message.
  box.ok("syncq queue new jobs");
  Process remote = box.start(
      "exec perl -MIO::Socket::INET -e '"
      R"(
    for (1 .. 100) {
      my $s = IO::Socket::INET->new(PeerAddr => ")" +
      address +
      R"(") or die;
      print $s "GET /queues/jobs/head?wait=0 HTTP/1.1
Host: localhost

";
      $s->flush;
      push @all, $s;
    }
    open my $f, ">", "all"; close $f;
    sleep 1000')");
  REQUIRE(eventually([&] { return exists(box.path("all")); }, seconds(60)));
  Process crowd = queue_up(box, 40);
  CHECK(crowd.wait(seconds(120)).code() == 0);
  CHECK(box.ok("wc -l < ran") == "40");
  remote.signal(SIGTERM);
  remote.wait();
}
