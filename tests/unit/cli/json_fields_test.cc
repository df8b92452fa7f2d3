#include <catch2/catch.hpp>

#include "cli/client/json_fields.h"

namespace syncq {
namespace {

TEST_CASE("a time long ago has a year and no clock", "[cli][json]") {
  nlohmann::json object = {{"old", "2001-06-05T11:00:00.123Z"},
                           {"odd", "yesterday"},
                           {"none", nullptr}};
  CHECK(field_clock(object, "old") == "Jun  5  2001");
  CHECK(field_clock(object, "odd") == "yesterday");
  CHECK(field_clock(object, "none").empty());
  CHECK(field_clock(object, "missing").empty());
}

TEST_CASE("a list is its members with commas between them", "[cli][json]") {
  nlohmann::json object = {{"slots", {0, 1, 4}},
                           {"names", {"a", "b"}},
                           {"none", nlohmann::json::array()},
                           {"objects", {{{"a", 1}}}}};
  CHECK(field_text(object, "slots") == "0,1,4");
  CHECK(field_text(object, "names") == "a,b");
  CHECK(field_text(object, "none").empty());
  CHECK(field_text(object, "objects").empty());
}

}  // namespace
}  // namespace syncq
