#include "cli/queue/each_progress.h"

#include <catch2/catch.hpp>

using namespace syncq;
using namespace std::chrono_literals;

TEST_CASE("the progress of each says what is known") {
  CHECK(each_progress_text({.done = 412, .failed = 3}, 1180, 12.04) ==
        "412 done, 3 failed, 1,180 left, 12.0/s, about 1m38s");
  CHECK(each_progress_text({.done = 1}, std::nullopt, 0.5) ==
        "1 done, 0 failed, 0.5/s");
  CHECK(each_progress_text({.done = 1}, 5, 1) ==
        "1 done, 0 failed, 5 left, 1.0/s, about 5s");
  CHECK(each_progress_text({}, 7, 0) == "0 done, 0 failed, 7 left");
  CHECK(each_progress_text({.done = 9}, 0, 3) ==
        "9 done, 0 failed, 0 left, 3.0/s");
  CHECK(each_progress_text({.done = 1}, 1'000'000'000'000, 0.1) ==
        "1 done, 0 failed, 1,000,000,000,000 left, 0.1/s");
}

TEST_CASE("the rate of each is that of the last half minute") {
  SettledRate rate;
  SettledRate::Time begin{};
  CHECK(rate.per_second() == 0);
  rate.add(0, begin);
  CHECK(rate.per_second() == 0);
  rate.add(20, begin + 10s);
  CHECK(rate.per_second() == 2);
  for (int i = 2; i <= 6; ++i) rate.add(20 + i, begin + i * 10s);
  CHECK(rate.per_second() == Approx(0.1));
  // A pause is part of it.
  rate.add(26, begin + 600s);
  CHECK(rate.per_second() == 0);
}
