#include <catch2/catch.hpp>

#include "cli/top/minute.h"
#include "cli/top/pane_text.h"

namespace syncq {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TopQueue queue_of(std::int64_t in, std::int64_t out) {
  TopQueue queue;
  queue.in = in;
  queue.out = out;
  queue.ready = in - out;
  return queue;
}

TEST_CASE("A minute is cut into parts, the last one ends now", "[top]") {
  Moment start{std::chrono::hours(1)};
  Minute minute;
  CHECK(sparkline(minute.stored(6, start), true) == "      ");
  minute.note(start, queue_of(4, 0));
  CHECK_FALSE(minute.has_past());
  CHECK(sparkline(minute.stored(6, start), true) == "     █");
  minute.note(start + seconds(20), queue_of(8, 0));
  CHECK(minute.has_past());
  CHECK(sparkline(minute.stored(6, start + seconds(30)), true) == "  ▅▅██");
  CHECK(sparkline(minute.stored(6, start + seconds(30)), false) == "  ++@@");
  // Of what is a minute ago, how it was stays.
  CHECK(sparkline(minute.stored(6, start + seconds(200)), true) == "██████");
}

TEST_CASE("Rates are those between the ends of a part", "[top]") {
  Moment start{std::chrono::hours(1)};
  Minute minute;
  minute.note(start, queue_of(100, 0));
  minute.note(start + seconds(10), queue_of(120, 10));
  Moment now = start + seconds(20);
  CHECK(minute.in(6, now) == Minute::Series{{}, {}, {}, {}, 2.0, 0.0});
  CHECK(minute.out(6, now) == Minute::Series{{}, {}, {}, {}, 1.0, 0.0});
  CHECK(sparkline(minute.out(6, now), true) == "    █▁");
}

TEST_CASE("However often one looks, a second has one sample", "[top]") {
  Moment start{std::chrono::hours(1)};
  Minute minute;
  for (int i = 0; i <= 400; ++i) {
    minute.note(start + milliseconds(250 * i), queue_of(i, i));
  }
  auto rates = minute.in(60, start + milliseconds(100'000));
  CHECK(rates.size() == 60);
  CHECK(rates.back() == 4.0);
}

TEST_CASE("A queue that was emptied begins anew", "[top]") {
  Moment start{std::chrono::hours(1)};
  Minute minute;
  minute.note(start, queue_of(100, 0));
  minute.note(start + seconds(5), queue_of(1, 0));
  CHECK_FALSE(minute.has_past());
}

TEST_CASE("When a queue is empty if it goes on like that", "[top]") {
  TopQueue queue = queue_of(100, 0);
  CHECK(empty_text(queue).empty());
  queue.in_per_s = 1;
  queue.out_per_s = 11;
  CHECK(empty_text(queue) == "10s");
  queue.in_per_s = 20;
  CHECK(empty_text(queue) == "grows");
  queue.out_per_s = 20;
  CHECK(empty_text(queue).empty());
  queue.ready = 0;
  queue.in_per_s = 0;
  CHECK(empty_text(queue).empty());
}

TEST_CASE("Large numbers are short", "[top]") {
  CHECK(short_number(0) == "0");
  CHECK(short_number(9999) == "9999");
  CHECK(short_number(56'789) == "57k");
  CHECK(short_number(1'234'567) == "1.2M");
  CHECK(short_number(5'000'000'000'000'000) == "5000T");
}

}  // namespace
}  // namespace syncq
