#include "cli/daemon/log_filter.h"

#include <catch2/catch.hpp>

#include "cli/daemon/log_reader.h"
#include "daemon/process/log.h"
#include "tests/unit/environment.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

constexpr WallMillis kNow = 1'796'000'000'000;  // 2026-11-30T00:53:20Z

TEST_CASE("since reads durations and times", "[cli][logs]") {
  Environment zone({std::pair("TZ", "UTC0")});
  auto since = [](const std::string& text) { return parse_since(text, kNow); };
  CHECK(since("10m") == kNow - 600'000);
  CHECK(since("0") == kNow);
  CHECK(since("2026-11-30T00:53:20.293+00:00") == kNow + 293);
  CHECK(since("2026-11-30T01:53:20+01:00") == kNow);
  CHECK(since("2026-11-30T00:53:20Z") == kNow);
  CHECK(since("2026-11-30 00:53") == kNow - 20'000);
  CHECK(since("2026-11-30") == kNow - (53 * 60 + 20) * 1000);
  CHECK(since("00:53:20") == kNow);
  CHECK(since("00:53") == kNow - 20'000);
  // That of yesterday: today's is yet to come.
  CHECK(since("00:54") == kNow - 86'400'000 + 40'000);
  for (const char* none : {"", "10", "-5m", "noon", "24:61", "2026-11-30x",
                           "2026-11-30T00:53:20+1x", "12:00 UTC"}) {
    CAPTURE(none);
    CHECK_FALSE(since(none));
  }
}

TEST_CASE("a time without an offset is local time", "[cli][logs]") {
  Environment zone({std::pair("TZ", "XXX-2")});
  CHECK(parse_since("2026-11-30 02:53:20", kNow) == kNow);
  CHECK(parse_since("2026-11-30T00:53:20Z", kNow) == kNow);
}

TEST_CASE("lines of the log are picked by time and level", "[cli][logs]") {
  const std::string info = "2026-11-30T00:53:20.000+00:00 info x";
  const std::string warn = "2026-11-30T00:53:21.000+00:00 warning x";
  const std::string error = "2026-11-30T01:53:20.000+01:00 error x";
  LogFilter any(std::nullopt, "debug");
  CHECK(any.wants(info));
  CHECK(any.wants("no time"));
  LogFilter warnings(std::nullopt, "warn");
  CHECK_FALSE(warnings.wants(info));
  CHECK_FALSE(warnings.wants("goes on"));
  CHECK(warnings.wants(warn));
  CHECK(warnings.wants("goes on"));
  CHECK(warnings.wants(error));
  LogFilter late(kNow + 1, "info");
  CHECK_FALSE(late.wants(info));
  CHECK_FALSE(late.wants(error));
  CHECK(late.wants(warn));
}

TEST_CASE("a log is read on through its rotation, each line once",
          "[cli][logs]") {
  TempDir dir;
  const std::string path = dir / "daemon.log";
  LogReader reader(path);
  CHECK(reader.read().empty());
  CHECK_FALSE(reader.found());
  Log log(path, "info", false);
  const std::string filler(10'000, 'x');
  int written = 0;
  std::vector<std::string> read;
  auto look = [&] {
    for (std::string& line : reader.read()) read.push_back(std::move(line));
  };
  // A file takes about a hundred of these.
  for (int lines : {5, 150, 3, 250, 1}) {
    for (int i = 0; i < lines; ++i) log.info("{} {}", written++, filler);
    look();
  }
  CHECK(reader.found());
  REQUIRE(read.size() == static_cast<std::size_t>(written));
  for (int i = 0; i < written; ++i) {
    CHECK(read[static_cast<std::size_t>(i)].find(" info " + std::to_string(i) +
                                                 " ") != std::string::npos);
  }
  // One that begins late has all that is kept.
  CHECK(LogReader(path).read().size() == static_cast<std::size_t>(written));
  for (int i = 0; i < 300; ++i) log.info("{} {}", written++, filler);
  std::vector<std::string> kept = LogReader(path).read();
  CHECK(kept.size() < 450);
  CHECK(kept.size() > 300);
  CHECK(kept.back().find(std::to_string(written - 1) + " ") !=
        std::string::npos);
}

TEST_CASE("a log that somebody emptied or moved away is read on",
          "[cli][logs]") {
  TempDir dir;
  const std::string path = dir / "daemon.log";
  Log log(path, "info", false);
  log.info("one");
  LogReader reader(path);
  CHECK(reader.read().size() == 1);
  REQUIRE(truncate(path.c_str(), 0) == 0);
  log.info("two");
  REQUIRE(rename(path.c_str(), (path + ".old").c_str()) == 0);
  log.info("three");
  CHECK(reader.read().size() >= 1);
  log.reopen();
  log.info("four");
  auto last = reader.read();
  REQUIRE(last.size() == 1);
  CHECK_THAT(last[0], Catch::EndsWith("info four"));
}

}  // namespace
}  // namespace syncq::test
