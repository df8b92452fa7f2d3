// GET /events: overviews as they change.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;

namespace {

// Begins to listen, into the file `told`.
Process listen(Sandbox& box, const std::string& how) {
  Process listener =
      box.start("exec curl -sSN --unix-socket s " + how + " >told");
  REQUIRE(eventually([&] {
    return exists(box.path("told")) && !read_file(box.path("told")).empty();
  }));
  return listener;
}

std::vector<std::string> told(Sandbox& box) {
  return lines_of(read_file(box.path("told")));
}

}  // namespace

TEST_CASE("events are told as they happen, and that the daemon ends") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  Process listener = listen(box, "http://localhost/events");
  CHECK(Json::parse(told(box).front())["queues"][0]["size"] == 1);
  Process holder = box.hold_turn("deploy");
  CHECK(eventually([&] {
    Json last = Json::parse(told(box).back());
    return last["fifos"].size() == 1 &&
           last["fifos"][0]["tickets"][0]["label"] == "holder";
  }));
  box.let_go(holder);
  CHECK(eventually(
      [&] { return Json::parse(told(box).back())["fifos"][0]["held"] == 0; }));
  box.ok("syncq daemon stop");
  CHECK(listener.wait().code() == 0);
  Json last = Json::parse(told(box).back());
  CHECK(last["event"] == "ended");
  CHECK(last["error"] == "shutting_down");
}

TEST_CASE("events are server-sent events for who accepts these") {
  Sandbox box;
  box.ok("syncq queue push jobs one");
  Process listener =
      listen(box, "-i -H 'Accept: text/event-stream' http://localhost/events");
  CHECK(eventually(
      [&] { return count_of(read_file(box.path("told")), "\n\n") == 1; }));
  box.ok("syncq daemon stop");
  CHECK(listener.wait().code() == 0);
  std::string all = read_file(box.path("told"));
  CHECK_THAT(all, Contains("Content-Type: text/event-stream\r\n") &&
                      Contains("\r\n\r\nevent: overview\ndata: {\"event\":") &&
                      Contains("}\n\nevent: ended\ndata: {\"event\":") &&
                      EndsWith("}\n\n"));
}

TEST_CASE("events of one name, and their end, can be asked for") {
  Sandbox box;
  box.ok("syncq queue push jobs one; syncq queue push other two");
  std::string line = box.ok(
      "curl -sSN --unix-socket s "
      "'http://localhost/events?for=jobs&timeout=10ms'");
  CHECK(Json::parse(line)["queues"].size() == 1);
  CHECK_THAT(box.ok("curl -sSI --unix-socket s http://localhost/events"),
             StartsWith("HTTP/1.1 200 OK") && Contains("x-ndjson"));
  CHECK_THAT(box.ok("curl -sS --unix-socket s 'http://localhost/events?for=x'"),
             Contains("not_found"));
}

TEST_CASE("a daemon to whose events somebody listens does not end for idleness",
          "[slow]") {
  Sandbox box;
  box.env()["SYNCQ_IDLE_EXIT"] = "100ms";
  // It lives until there is a listener.
  Process holder = box.hold_turn("q");
  pid_t pid = box.daemon_pid();
  Process listener = listen(box, "http://localhost/events");
  box.let_go(holder);
  CHECK(stays([&] { return alive(pid); }, Milliseconds(500)));
  listener.signal(SIGTERM);
  listener.wait();
  CHECK(eventually([&] { return !alive(pid); }));
}
