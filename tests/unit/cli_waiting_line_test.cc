#include <catch2/catch.hpp>

#include "cli/waiting_line.h"
#include "tests/unit/environment.h"

namespace syncq {
namespace {
using std::chrono::seconds;

TEST_CASE("the waiting line says place, holder and time", "[cli][waiting]") {
  test::Environment home({std::pair("HOME", "/home/u")});
  Place place{2, 5,
              HolderInfo{"make deploy", "812", "/home/u/app", seconds(120)}};
  CHECK(waiting_text(place, seconds(10), " · ") ==
        "2nd of 5 · held by make deploy (pid 812, ~/app) for 2m10s");
}

TEST_CASE("what is not known is left out", "[cli][waiting]") {
  CHECK(waiting_text({1, 1, std::nullopt}, seconds(3), " · ") == "1st of 1");
  CHECK(waiting_text({1, 1, HolderInfo{"make", "", "", seconds(0)}},
                     seconds(20), " - ") == "1st of 1 - held by make for 20s");
  CHECK(waiting_text({1, 1, HolderInfo{}}, seconds(20), " - ") ==
        "1st of 1 - held by a ticket for 20s");
}

TEST_CASE("a label can't drive the terminal", "[cli][waiting]") {
  Place place{1, 1, HolderInfo{"\x1b]0;x\a", "", "", seconds(0)}};
  std::string text = waiting_text(place, seconds(20), " - ");
  CHECK(text == "1st of 1 - held by ?]0;x? for 20s");
}

}  // namespace
}  // namespace syncq
