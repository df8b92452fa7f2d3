// How much memory a daemon needs, and for how long. A sanitizer keeps freed
// memory, to catch later uses: there is nothing to measure then.

#include <catch2/catch.hpp>
#include <string>

#include "tests/e2e/harness/crowd.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

int resident_mib(const Sandbox& box) {
  const std::string key = "VmRSS:";
  std::string status =
      read_file("/proc/" + std::to_string(box.daemon_pid()) + "/status");
  return std::stoi(status.substr(status.find(key) + key.size())) / 1024;
}

}  // namespace

TEST_CASE("the memory of a large ephemeral queue goes back when it is empty",
          "[slow]") {
  if (sanitized()) return;
  Sandbox box;
  box.hurry();
  box.ok("syncq queue new q --ephemeral");
  std::string push = "seq -f %0100.0f 200000 | syncq queue push --lines q";
  SECTION("by a request") {
    box.ok(push);
    CHECK(resident_mib(box) > 40);
    box.ok("syncq queue purge q");
  }
  SECTION("by itself") {
    box.ok(push + " --ttl 6s");
    CHECK(resident_mib(box) > 40);
  }
  CHECK(eventually([&] { return resident_mib(box) < 20; }, seconds(60)));
}

TEST_CASE("an idle connection keeps nothing of a long head") {
  if (sanitized()) return;
  Sandbox box;
  box.ok("syncq daemon start");
  Crowd idle(box.socket(), 500,
             "GET /version HTTP/1.1\r\nHost: x\r\nAuthorization: " +
                 std::string(30'000, 'a') + "\r\n\r\n");
  REQUIRE(eventually([&] { return box.get("/status")["connections"] == 501; }));
  CHECK(eventually([&] { return resident_mib(box) < 12; }));
}

TEST_CASE(
    "readers and uploads that stall take bounded memory, and give it back",
    "[slow]") {
  if (sanitized()) return;
  Sandbox box;
  box.env()["SYNCQ_MAX_IN_FLIGHT"] = "67108864";
  box.ok("head -c 15000000 /dev/zero | syncq queue push q");
  const int before = resident_mib(box);
  {
    Crowd readers(box.socket(), 40,
                  "GET /queues/q/peek/0 HTTP/1.1\r\nHost: x\r\n\r\n");
    Crowd uploads(box.socket(), 40,
                  "PUT /queues/q HTTP/1.1\r\nHost: x\r\n"
                  "Content-Length: 15000000\r\n\r\n" +
                      std::string(150'000, 'x'));
    CHECK(eventually(
        [&] { return box.get("/status")["in_flight_bytes"] > 30'000'000; }));
    CHECK(stays([&] { return resident_mib(box) < before + 100; },
                std::chrono::milliseconds(2000)));
  }
  CHECK(
      eventually([&] { return resident_mib(box) < before + 10; }, seconds(10)));
}
