// FIFOs that give turns no faster than at a rate.

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

namespace {

TEST_CASE("commands begin no faster than the FIFO's rate") {
  Sandbox box;
  box.ok("syncq fifo new --name q --slots 8 --rate 4/s");
  std::string times = box.ok(
      "for i in 1 2 3 4 5; do syncq run -q q -- date +%s%N & done; wait");
  std::vector<long long> began;
  for (const std::string& line : lines_of(times)) {
    began.push_back(std::stoll(line));
  }
  REQUIRE(began.size() == 5);
  std::sort(began.begin(), began.end());
  // The commands take their time to start.
  constexpr long long kMillisecond = 1'000'000;
  CHECK(began.back() - began.front() > 850 * kMillisecond);
}

TEST_CASE("who waits for a rate sees it, and does not if it is taken away") {
  Sandbox box;
  box.ok("syncq fifo new --name q --slots 2 --rate 1/h; syncq run q -- true");
  Outcome now = box.sh("syncq run -n q -- true");
  CHECK(now.code() == 75);
  CHECK_THAT(now.err, Contains("FIFO q gives 1/h turns at most, the next in "));
  Process waiter = box.start("exec syncq run q -- true");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK_THAT(box.ok("syncq fifo show q"), Contains("rate      1/h\n"));
  CHECK_THAT(box.ok("syncq ls"), Contains("at most 1/h"));
  CHECK(box.ok("syncq ls -o json | jq -r .fifos[0].rate") == "1/h");
  CHECK(box.ok("syncq fifo ls --format '{name} {rate}'") == "q 1/h");
  CHECK(box.ok("syncq fifo set q --rate none").empty());
  Outcome ran = waiter.wait();
  CHECK(ran.code() == 0);
  CHECK_THAT(ran.err, Contains("1st of 1 · at most 1/h\n"));
  CHECK(box.ok("syncq fifo show q -o json | jq .fifo.rate") == "null");
  CHECK(box.log_count("rate 1/h") == 0);
  box.ok("syncq fifo set q --rate 10/m");
  CHECK(box.log_count("FIFO q was set: 2 slots, rate 10/m") == 1);
  box.ok("syncq fifo set q --rate 0");
  CHECK(box.ok("syncq fifo show q -o json | jq .fifo.rate") == "null");
}

TEST_CASE("a rate that there is not is refused") {
  Sandbox box;
  box.ok("syncq fifo new --name q");
  for (const char* rate : {"10", "10/d", "0/s", "-1/s", "1.5/s", "1000001/s"}) {
    INFO(rate);
    Outcome refused = box.sh(std::string("syncq fifo set q --rate ") + rate);
    CHECK(refused.code() == 2);
    CHECK_THAT(refused.err, Contains("like 10/s"));
    CHECK(box.sh(std::string("syncq fifo new --rate ") + rate).code() == 2);
    for (const char* path : {"new?", "q/set?", "q/hold?create=true&"}) {
      CHECK_THAT(box.ok("curl -s --unix-socket s -X POST "
                        "'http://localhost/fifo/" +
                        std::string(path) + "rate=" + rate + "'"),
                 Contains("bad_request") && Contains("like 10/s, or none"));
    }
  }
}

}  // namespace
