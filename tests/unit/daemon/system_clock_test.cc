#include "daemon/system_clock.h"

#include <catch2/catch.hpp>
#include <map>

namespace syncq::test {
namespace {

using namespace std::chrono_literals;

class FakeMeta final : public MetaStore {
 public:
  std::int64_t number(std::string_view key) override {
    return numbers[std::string(key)];
  }
  std::string text(std::string_view key) override {
    return texts[std::string(key)];
  }
  void set(std::string_view key, std::int64_t value) override {
    if (fails) throw StoreError(ErrorCode::kStoreFull, "disk full");
    numbers[std::string(key)] = value;
    ++writes;
  }
  void set(std::string_view key, std::string_view value) override {
    texts[std::string(key)] = value;
    ++writes;
  }

  std::map<std::string, std::int64_t> numbers;
  std::map<std::string, std::string> texts;
  int writes = 0;
  bool fails = false;
};

Instant after(Duration duration) { return Instant(duration); }

TEST_CASE("The first timeline begins at its beginning") {
  FakeMeta meta;
  SystemClock clock(meta);
  CHECK_FALSE(clock.same_boot());
  CHECK(clock.now() >= after(0s));
  CHECK(clock.now() < after(60s));
}

TEST_CASE("Within one boot the time between two runs counts") {
  FakeMeta meta;
  SystemClock first(meta);
  // As if the first run had begun an hour ago.
  meta.numbers["timeline_shift"] += Duration(1h).count();
  SystemClock second(meta);
  CHECK(second.same_boot());
  CHECK(second.now() >= first.now() + 1h);
  CHECK(second.now() < first.now() + 1h + 60s);
}

TEST_CASE("After a reboot the timeline goes on where it was last seen") {
  FakeMeta meta;
  SystemClock first(meta);
  first.heartbeat(true);
  meta.texts["boot_id"] = "an earlier boot";
  meta.numbers["timeline_last"] = Duration(5000h).count();
  SystemClock second(meta);
  CHECK_FALSE(second.same_boot());
  CHECK(second.now() >= after(5000h));
  CHECK(second.now() < after(5000h + 60s));
  // And from then on that is the boot we know.
  CHECK(SystemClock(meta).same_boot());
}

TEST_CASE("The clock is read once per iteration") {
  FakeMeta meta;
  SystemClock clock(meta);
  Instant first = clock.now();
  for (int i = 0; i < 1000; ++i) CHECK(clock.now() == first);
  clock.new_iteration({});
  CHECK(clock.now() > first);
}

TEST_CASE("An iteration grows old while its time stands still") {
  FakeMeta meta;
  SystemClock clock(meta);
  Instant began = clock.now();
  Duration age = clock.iteration_age();
  CHECK(clock.iteration_age() > age);
  CHECK(clock.now() == began);
  clock.new_iteration({});
  CHECK(clock.now() >= began + age);
}

Duration ticked;
Duration ticking() { return ticked; }

TEST_CASE("A time in which the daemon was stopped is left out") {
  FakeMeta meta;
  ticked = 1h;
  SystemClock clock(meta, ticking);
  const Instant start = clock.now();
  clock.new_iteration(start + 10s);
  ticked += 1min;
  // The sockets are read a little before what was due.
  const Instant awake = start + 10s - SystemClock::kReadFirst;
  CHECK(clock.now() == awake);
  clock.new_iteration(start + 10s);
  ticked += 90ms;
  CHECK(clock.now() == awake + 90ms);
  clock.new_iteration(start + 10s);
  ticked += 20ms;
  CHECK(clock.now() == awake + 110ms);
  // The next daemon continues from it.
  clock.heartbeat(true);
  CHECK(SystemClock(meta, ticking).now() == clock.now());
}

TEST_CASE("No time is left out if none was lost") {
  FakeMeta meta;
  ticked = 1h;
  SystemClock clock(meta, ticking);
  const Instant start = clock.now();
  SECTION("as nothing was due") {
    clock.new_iteration({});
    ticked += 1min;
    CHECK(clock.now() == start + 1min);
  }
  SECTION("as it came in time") {
    clock.new_iteration(start + 1min);
    ticked += 1min + SystemClock::kLate;
    CHECK(clock.now() == start + 1min + SystemClock::kLate);
  }
}

TEST_CASE("Time goes on, and never back, if each iteration is late") {
  FakeMeta meta;
  ticked = 1h;
  SystemClock clock(meta, ticking);
  const Instant start = clock.now();
  Instant last = start;
  for (int i = 0; i < 100; ++i) {
    // Something was due long ago.
    clock.new_iteration(Instant());
    ticked += 300ms;
    CHECK(clock.now() >= last);
    last = clock.now();
  }
  CHECK(last > start + 9s);
}

TEST_CASE("The heartbeat is written now and then, or when it must") {
  FakeMeta meta;
  meta.texts["boot_id"] = "an earlier boot";
  meta.numbers["timeline_last"] = Duration(1h).count();
  SystemClock clock(meta);
  clock.heartbeat(false);
  CHECK(meta.numbers["timeline_last"] ==
        clock.now().time_since_epoch().count());
  int writes = meta.writes;
  clock.heartbeat(false);
  CHECK(meta.writes == writes);
  clock.heartbeat(true);
  CHECK(meta.writes == writes + 1);
}

TEST_CASE("An idle daemon has a minute until its next heartbeat") {
  FakeMeta meta;
  SystemClock clock(meta);
  clock.heartbeat(true);
  CHECK(clock.next_heartbeat() == clock.now() + 1min);
}

TEST_CASE("A heartbeat that the store refused is still to be written") {
  FakeMeta meta;
  SystemClock clock(meta);
  clock.heartbeat(true);
  Instant next = clock.next_heartbeat();
  clock.new_iteration({});
  meta.fails = true;
  CHECK_THROWS_AS(clock.heartbeat(true), StoreError);
  CHECK(clock.next_heartbeat() == next);
}

}  // namespace
}  // namespace syncq::test
