// Operations that wait for the disk, and those that need not.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

// How often the daemon's commits have waited for the disk.
int syncs(Sandbox& box) {
  return std::stoi(
      box.ok("curl -sS --unix-socket s http://localhost/metrics | "
             "sed -n 's/^syncq_syncs_total //p'"));
}

// How often they do during a script.
int syncs_of(Sandbox& box, const std::string& script) {
  // Asking the daemon syncs anything left unsynced.
  syncs(box);
  int before = syncs(box);
  box.ok(script);
  return syncs(box) - before;
}

}  // namespace

TEST_CASE("a run waits for no disk once its FIFO is there") {
  Sandbox box;
  box.ok("syncq run q -- true");
  // One, since asking syncs what is left.
  CHECK(syncs_of(box, "for i in $(seq 10); do syncq run q -- true; done") <= 1);
  CHECK(syncs_of(box, "for i in $(seq 10); do syncq run q$i -- true; done") >=
        10);
}

TEST_CASE(
    "a ticket, a message and an ack wait for the disk, a lease does not") {
  Sandbox box;
  box.ok("syncq fifo new --name q; syncq queue new q");
  CHECK(syncs_of(box, "for i in $(seq 5); do syncq fifo ticket q; done") >= 5);
  CHECK(syncs_of(box, "for i in $(seq 5); do syncq queue push q m; done") >= 5);
  CHECK(syncs_of(box,
                 "for i in $(seq 5); do syncq queue pop q --lease 1h "
                 "--lease-file l$i; done") <= 1);
  CHECK(syncs_of(box,
                 "for i in $(seq 5); do syncq queue ack q $(cat l$i); "
                 "done") >= 5);
}

TEST_CASE("a caller on another machine gets no turn before the disk has it") {
  Sandbox box;
  box.ok("syncq fifo new --name q");
  CHECK(syncs_of(box,
                 "for i in $(seq 5); do curl -sS -m 0.2 --unix-socket s "
                 "-X POST http://localhost/fifo/q/hold || true; done") >= 5);
}

TEST_CASE("a process is announced on the stream, and the answer says so",
          "[slow]") {
  Sandbox box;
  box.ok("syncq daemon start");
  // curl's parent announces itself: it is not curl's child.
  std::string out = box.ok(R"sh(
    { echo "{\"pid\":$$}"; sleep 0.2; } |
      curl -s -N -m 1 -H Expect: -T - -X POST --unix-socket s \
        "http://localhost/fifo/q/hold?create=true" || true)sh");
  std::vector<std::string> lines = lines_of(out);
  REQUIRE(lines.size() == 3);
  CHECK(Json::parse(lines[1])["done_timeout_ms"] == 600'000);
  Json answer = Json::parse(lines[2]);
  CHECK(answer["event"] == "command");
  CHECK(answer["pid"].get<int>() > 1);
  CHECK(answer["lease"] == "connection");
}
