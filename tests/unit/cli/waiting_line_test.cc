#include <catch2/catch.hpp>

#include "cli/base/text.h"
#include "cli/run/waiting_line.h"
#include "tests/unit/environment.h"

namespace syncq {
namespace {
using std::chrono::seconds;

TEST_CASE("the waiting line shows position, holder and time",
          "[cli][waiting]") {
  test::Environment home({std::pair("HOME", "/home/u")});
  Position position{
      2, 5, HolderInfo{"make deploy", "812", "/home/u/app", seconds(120)}};
  CHECK(waiting_text("app", position, seconds(10), " · ") ==
        "app: 2nd of 5 · held by make deploy (pid 812, ~/app) for 2m10s");
}

TEST_CASE("a narrow waiting line keeps its position and its time",
          "[cli][waiting]") {
  test::Environment home({std::pair("HOME", "/home/u")});
  Position position{2, 5,
                    HolderInfo{"make deploy TARGET=production", "812",
                               "/home/u/app", seconds(120)}};
  auto at = [&](std::size_t columns) {
    return waiting_text("app", position, seconds(10), " · ", columns);
  };
  CHECK(at(78) ==
        "app: 2nd of 5 · held by make deploy T…ET=production (pid 812, ~/app) "
        "for 2m10s");
  CHECK(at(60) ==
        "app: 2nd of 5 · held by make…tion (pid 812, ~/app) for 2m10s");
  CHECK(at(50) == "app: 2nd of 5 · held by make dep…duction for 2m10s");
  CHECK(at(40) == "app: 2nd of 5 · held for 2m10s");
  for (std::size_t columns = 1; columns < 100; ++columns) {
    CAPTURE(columns);
    CHECK(text_width(at(columns)) <= columns);
    if (columns > 29) CHECK_THAT(at(columns), Catch::EndsWith(" for 2m10s"));
    CHECK(text_width(waiting_text(std::string(90, 'n'), position, seconds(10),
                                  " · ", columns)) <= columns);
  }
}

TEST_CASE("what is not known is left out", "[cli][waiting]") {
  CHECK(waiting_text("app", {1, 1, std::nullopt}, seconds(3), " · ") ==
        "app: 1st of 1");
  CHECK(waiting_text("app", {1, 1, HolderInfo{"make", "", "", seconds(0)}},
                     seconds(20),
                     " - ") == "app: 1st of 1 - held by make for 20s");
  CHECK(waiting_text("app", {1, 1, HolderInfo{}}, seconds(20), " - ") ==
        "app: 1st of 1 - held by a ticket for 20s");
}

TEST_CASE("a paused line says so", "[cli][waiting]") {
  Position position{1, 2, std::nullopt, true};
  CHECK(waiting_text("app", position, seconds(3), " · ") ==
        "app: 1st of 2 · paused");
  position.holder = HolderInfo{"make", "", "", seconds(0)};
  CHECK(waiting_text("app", position, seconds(20), " - ") ==
        "app: 1st of 2 - paused - held by make for 20s");
}

TEST_CASE("a line that waits for a rate says so", "[cli][waiting]") {
  Position position{1, 2, std::nullopt};
  position.rate = "10/s";
  CHECK(waiting_text("app", position, seconds(3), " · ") ==
        "app: 1st of 2 · at most 10/s");
  position.holder = HolderInfo{"make", "", "", seconds(0)};
  CHECK(waiting_text("app", position, seconds(20), " - ") ==
        "app: 1st of 2 - at most 10/s - held by make for 20s");
}

TEST_CASE("the waiting line says how long it will be", "[cli][waiting]") {
  HolderInfo holder{"make", "", "", seconds(100)};
  holder.expected_run = seconds(150);
  Position first{1, 2, holder, false, seconds(50)};
  auto text = [](const Position& position, seconds since_told) {
    return waiting_text("app", position, since_told, " - ");
  };
  CHECK(text(first, seconds(8)) ==
        "app: 1st of 2 - held by make for 1m48s - about 40s left");
  CHECK(text(first, seconds(51)) ==
        "app: 1st of 2 - held by make for 2m31s, longer than usual");
  // Its turn comes no nearer while the holder takes longer.
  Position second{2, 2, holder, false, seconds(170)};
  CHECK(text(second, seconds(50)) ==
        "app: 2nd of 2 - held by make for 2m30s - about 2m left");
  CHECK(text(second, seconds(500)) ==
        "app: 2nd of 2 - held by make for 10m, longer than usual - about 2m "
        "left");
  auto narrow = [&](const Position& position, seconds since_told) {
    return waiting_text("app", position, since_told, " - ", 39);
  };
  CHECK(narrow(first, seconds(8)) == "app: 1st of 2 - about 40s left");
  CHECK(narrow(first, seconds(51)) == "app: 1st of 2 - longer than usual");
  CHECK(narrow(second, seconds(500)) == "app: 2nd of 2 - about 2m left");
  for (std::size_t columns = 1; columns < 100; ++columns) {
    CAPTURE(columns);
    std::string line =
        waiting_text("app", second, seconds(500), " - ", columns);
    CHECK(text_width(line) <= columns);
    if (columns > 29) CHECK_THAT(line, Catch::EndsWith("about 2m left"));
  }
  second.holder->expected_run.reset();
  CHECK(text(second, seconds(50)) ==
        "app: 2nd of 2 - held by make for 2m30s - about 2m left");
  second.paused = true;
  second.expected_wait.reset();
  CHECK(text(second, seconds(0)) ==
        "app: 2nd of 2 - paused - held by make for 1m40s");
}

TEST_CASE("a label can't drive the terminal", "[cli][waiting]") {
  Position position{1, 1, HolderInfo{"\x1b]0;x\a", "", "", seconds(0)}};
  std::string text = waiting_text("app", position, seconds(20), " - ");
  CHECK(text == "app: 1st of 1 - held by ?]0;x? for 20s");
}

}  // namespace
}  // namespace syncq
