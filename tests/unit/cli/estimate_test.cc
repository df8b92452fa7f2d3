#include "cli/base/estimate.h"

#include <catch2/catch.hpp>

namespace syncq {
namespace {

using namespace std::chrono_literals;

TEST_CASE("an estimate says no more than it knows", "[cli]") {
  CHECK(describe_estimate(0s) == "1s");
  CHECK(describe_estimate(9400ms) == "9s");
  CHECK(describe_estimate(9600ms) == "10s");
  CHECK(describe_estimate(13s) == "15s");
  CHECK(describe_estimate(57s) == "55s");
  CHECK(describe_estimate(58s) == "1m");
  CHECK(describe_estimate(130s) == "2m");
  CHECK(describe_estimate(65min + 40s) == "1h6m");
  CHECK(describe_estimate(50h) == "2d2h");
}

TEST_CASE("a bar shows how far it is", "[cli]") {
  CHECK(bar(3s, 8s, 8, false) == "###-----");
  CHECK(bar(0s, 8s, 2, true) == "░░");
  CHECK(bar(9s, 8s, 2, true) == "██");
  CHECK(bar(0s, 0s, 2, false) == "##");
}

}  // namespace
}  // namespace syncq
