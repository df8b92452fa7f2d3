// What a daemon needs of memory, and for how long.

#include <catch2/catch.hpp>
#include <string>

#include "tests/e2e/sandbox.h"

using namespace syncq::e2e;

// A sanitizer keeps what is freed, to see who still uses it.
#ifndef __SANITIZE_ADDRESS__

namespace {

int resident_mib(const Sandbox& box) {
  const std::string key = "VmRSS:";
  std::string status =
      read_file("/proc/" + std::to_string(box.daemon_pid()) + "/status");
  return std::stoi(status.substr(status.find(key) + key.size())) / 1024;
}

}  // namespace

TEST_CASE("the memory of a large ephemeral queue goes back when it is empty") {
  Sandbox box;
  box.ok("syncq queue new q --ephemeral");
  std::string push = "seq -f %0100.0f 200000 | syncq queue push --lines q";
  SECTION("by a request") {
    box.ok(push);
    CHECK(resident_mib(box) > 40);
    box.ok("syncq queue purge q");
  }
  SECTION("by itself") {
    box.ok(push + " --ttl 12s");
    CHECK(resident_mib(box) > 40);
  }
  CHECK(eventually([&] { return resident_mib(box) < 20; }, seconds(60)));
}

#endif
