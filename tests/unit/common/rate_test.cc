#include "common/rate.h"

#include <catch2/catch.hpp>

namespace syncq {
namespace {

using namespace std::chrono_literals;

TEST_CASE("A rate is a number and a unit") {
  CHECK(parse_rate("10/s") == Rate{10, 1s});
  CHECK(parse_rate("1/m") == Rate{1, 60s});
  CHECK(parse_rate("1000000/h") == Rate{1'000'000, 1h});
  for (const char* text :
       {"", "10", "/s", "0/s", "-1/s", "+1/s", "1.5/s", "1000001/s", "10/d",
        "10/", "10 /s", "10/s ", " 10/s", "10/sec", "99999999999999999999/s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rate(text));
  }
}

TEST_CASE("A rate is written as it is read") {
  for (const char* text : {"10/s", "100/m", "7/h"}) {
    CHECK(format_rate(*parse_rate(text)) == text);
  }
  CHECK(format_rate({}).empty());
  CHECK(parse_rate("10/s")->interval() == 100ms);
}

}  // namespace
}  // namespace syncq
