// When memory that is free goes back to the system.

#include "daemon/process/idle_trim.h"

#include <catch2/catch.hpp>

namespace syncq::test {
namespace {

using namespace std::chrono_literals;

struct Fixture {
  int given_back = 0;
  IdleTrim memory{[this] { ++given_back; }};
  Instant start{1h};
};

TEST_CASE("Free memory goes back once nothing was asked for a while") {
  Fixture f;
  f.memory.used(f.start);
  CHECK(f.memory.due() == f.start + IdleTrim::kQuiet);
  f.memory.tick(f.start + IdleTrim::kQuiet - 1ns);
  CHECK(f.given_back == 0);
  f.memory.tick(f.start + IdleTrim::kQuiet);
  CHECK(f.given_back == 1);
}

TEST_CASE("Free memory stays while there is something to do") {
  Fixture f;
  for (Duration later = 0s; later < 1min; later += 4s) {
    f.memory.tick(f.start + later);
    f.memory.used(f.start + later);
  }
  CHECK(f.given_back == 0);
}

TEST_CASE("Free memory goes back once: a daemon that is idle sleeps") {
  Fixture f;
  CHECK_FALSE(f.memory.due());
  f.memory.used(f.start);
  f.memory.tick(f.start + 1min);
  CHECK_FALSE(f.memory.due());
  f.memory.tick(f.start + 2min);
  CHECK(f.given_back == 1);
}

}  // namespace
}  // namespace syncq::test
