#include "common/duration.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace syncq {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

constexpr Duration kDay = 24h;

struct Good {
  std::string text;
  Duration value;
};

TEST_CASE("A duration is read as Go reads it, and d and w besides") {
  // The first part is the table of Go's own test (time_test.go).
  const auto good = GENERATE(values<Good>({
      {"0", 0ns},
      {"5s", 5s},
      {"30s", 30s},
      {"1478s", 1478s},
      {"-0", 0ns},
      {"+5s", 5s},
      {"+0", 0ns},
      {"5.0s", 5s},
      {"5.6s", 5600ms},
      {"5.s", 5s},
      {".5s", 500ms},
      {"1.0s", 1s},
      {"1.00s", 1s},
      {"1.004s", 1004ms},
      {"1.0040s", 1004ms},
      {"100.00100s", 100001ms},
      {"10ns", 10ns},
      {"11us", 11us},
      {"12\u00b5s", 12us},
      {"12\u03bcs", 12us},
      {"13ms", 13ms},
      {"14s", 14s},
      {"15m", 15min},
      {"16h", 16h},
      {"3h30m", 3h + 30min},
      {"10.5s4m", 4min + 10500ms},
      {"1h2m3s4ms5us6ns", 1h + 2min + 3s + 4ms + 5us + 6ns},
      {"39h9m14.425s", 39h + 9min + 14425ms},
      {"52763797000ns", 52763797000ns},
      // Go's floating point makes this 20 minutes.
      {"0.3333333333333333333h", 20min - 1ns},
      {"9007199254740993ns", 9007199254740993ns},
      {"0.100000000000000000000h", 6min},
      {"0.830103483285477580700h", 49min + 48s + 372539827ns},
      {"1h45m", 1h + 45min},
      {"1.5h", 90min},
      {"300ms", 300ms},
      {"2d", 2 * kDay},
      {"1w", 7 * kDay},
      {"4w2d", 30 * kDay},
      {"1w2d3h4m5s6ms7us8ns", 9 * kDay + 3h + 4min + 5s + 6ms + 7us + 8ns},
      {"0.5d", 12h},
      {"0s", 0ns},
      {"-0s", 0ns},
      {"0h0m", 0ns},
      {"0.1ns", 0ns},
      {"1m1m", 2min},
      {"36525d", kMaxDuration},
      {"3155760000s", kMaxDuration},
      {"3155760000000000000ns", kMaxDuration},
      {"00000000000000000000000000000001s", 1s},
  }));
  INFO("'" << good.text << "'");
  Result<Duration> read = parse_duration(good.text, "timeout");
  REQUIRE(read.ok());
  CHECK(read->count() == good.value.count());
}

struct Bad {
  std::string text;
  std::string why;
};

TEST_CASE("What is no duration is refused and says why") {
  const auto bad = GENERATE(values<Bad>({
      {"", "no duration"},
      {"3", "no unit"},
      {"1", "no unit"},
      {"-", "no duration"},
      {"+", "no duration"},
      {"s", "no duration"},
      {".", "no duration"},
      {"-.", "no duration"},
      {".s", "no duration"},
      {"+.s", "no duration"},
      {"1.", "no unit"},
      {"1.5", "no unit"},
      {"00", "no unit"},
      {"--1s", "no duration"},
      {"+-1s", "no duration"},
      {"1h-1m", "unit is not one"},
      {"1x", "unit is not one"},
      {"100y", "unit is not one"},
      {"1S", "unit is not one"},
      {"1 s", "unit is not one"},
      {" 1s", "no duration"},
      {"1s ", "unit is not one"},
      {"1\u00b5", "unit is not one"},
      {"1\xb5s", "unit is not one"},
      {"1s1", "no unit"},
      {"1e3s", "unit is not one"},
      {"0x1s", "unit is not one"},
      {"-1s", "negative"},
      {"-5m30s", "negative"},
      {"101w5219w", "over 100 years"},
      {"36525d1ns", "over 100 years"},
      {"3155760000.000000001s", "over 100 years"},
      {"5217.9w", "over 100 years"},
      {"3155760000000000001ns", "over 100 years"},
      {"9223372036854775807ns", "over 100 years"},
      {"9223372036854775808ns", "over 100 years"},
      // Ten times more than fits in 64 bits, digit by digit.
      {"31557600000000000000ns", "over 100 years"},
      {"99999999999999999999999999999999999999999w", "over 100 years"},
      {"3000000h", "over 100 years"},
  }));
  INFO("'" << bad.text << "'");
  Result<Duration> read = parse_duration(bad.text, "wait_timeout");
  REQUIRE_FALSE(read.ok());
  CHECK(read.refusal().code == ErrorCode::kInvalidDuration);
  CHECK_THAT(read.refusal().message,
             StartsWith("wait_timeout '" + bad.text + "': "));
  CHECK_THAT(read.refusal().message, Contains(bad.why));
}

TEST_CASE("A duration's shortest spelling reads back as the same") {
  const std::vector<std::pair<Duration, std::string>> spelled = {
      {0ns, "0"},
      {1ns, "1ns"},
      {250ms, "250ms"},
      {90min, "1h30m"},
      {1h + 45min, "1h45m"},
      {6h, "6h"},
      {30 * kDay, "30d"},
      {1500us, "1ms500us"},
      {kMaxDuration, "36525d"},
      {8 * kDay + 1ns, "8d1ns"},
  };
  for (const auto& [duration, text] : spelled) {
    CHECK(format_duration(duration) == text);
    Result<Duration> back = parse_duration(text, "x");
    REQUIRE(back.ok());
    CHECK(back->count() == duration.count());
  }
  // Odd values from the whole range.
  for (std::int64_t n = 1; n < kMaxDuration.count() / 7; n = n * 7 + 13) {
    Result<Duration> back = parse_duration(format_duration(Duration(n)), "x");
    REQUIRE(back.ok());
    CHECK(back->count() == n);
  }
}

TEST_CASE("A duration for people has two units at the most") {
  CHECK(describe_duration(0ns) == "0.0s");
  CHECK(describe_duration(400ms) == "0.4s");
  CHECK(describe_duration(9900ms) == "9.9s");
  CHECK(describe_duration(10s) == "10s");
  CHECK(describe_duration(59999ms) == "59s");
  CHECK(describe_duration(2min + 10s) == "2m10s");
  CHECK(describe_duration(2min) == "2m");
  CHECK(describe_duration(1h + 5s) == "1h");
  CHECK(describe_duration(1h + 1min + 59s) == "1h1m");
  CHECK(describe_duration(76h + 30min) == "3d4h");
  CHECK(describe_duration(21 * kDay) == "21d");
}

}  // namespace
}  // namespace syncq
