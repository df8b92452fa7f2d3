// No connection, however many there are, keeps the others from being served.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/crowd.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

// Ends a ticket's turn on its own connection; returns how long it took.
Milliseconds done(Sandbox& box, const std::string& ticket) {
  auto start = std::chrono::steady_clock::now();
  box.ok(
      "curl -sSf -m 20 --unix-socket s -X POST "
      "http://localhost/fifo/turn/done/" +
      ticket);
  return since(start);
}

std::string held_turn(Sandbox& box) {
  box.ok("syncq fifo new --name turn");
  std::string ticket = box.ok("syncq fifo ticket turn");
  box.ok("syncq fifo wait turn " + ticket);
  return ticket;
}

// An idle machine needs less than a tenth; a unit test, which no load disturbs,
// checks one connection's share of an iteration.
const Milliseconds kSoon = seconds(10);

}  // namespace

TEST_CASE("with few descriptors the owner of a turn gets through", "[slow]") {
  Sandbox box;
  Process daemon = box.start("ulimit -n 64; exec syncq daemon run");
  REQUIRE(eventually([&] { return exists(box.socket()); }));
  std::string ticket = held_turn(box);
  std::string bytes;
  SECTION("past connections that ask for nothing") {}
  SECTION("past connections that were answered") {
    bytes = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  SECTION("past callers that wait") {
    box.ok("syncq queue new q");
    bytes = "GET /queues/q/head?wait=0 HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  Crowd crowd(box.socket(), 200, bytes);
  CHECK(done(box, ticket) < kSoon);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait().code() == 0);
}

TEST_CASE("a client of many requests at once does not hold up the others") {
  Sandbox box;
  std::string ticket = held_turn(box);
  box.ok("for i in $(seq 200); do echo /fifo/new?name=f$i; done > names");
  box.ok(
      "sed 's#^#url = http://localhost#' names > urls && "
      "curl -sSf -X POST --unix-socket s -K urls > made");
  std::string bytes;
  for (int i = 0; i < 50; ++i) {
    bytes += "GET /fifo HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  Crowd crowd(box.socket(), 100, bytes);
  CHECK(done(box, ticket) < kSoon);
}
