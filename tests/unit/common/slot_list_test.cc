#include "common/slot_list.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace syncq::test {
namespace {

using Names = std::vector<std::string>;

ErrorCode refusal(std::string_view text) {
  Result<SlotList> list = parse_slots(text);
  REQUIRE_FALSE(list.ok());
  CHECK(list.refusal().message.find("slot") != std::string::npos);
  return list.refusal().code;
}

TEST_CASE("A number says how many slots there are") {
  CHECK(parse_slots("1")->count == 1);
  CHECK(parse_slots("1024")->count == 1024);
  CHECK(parse_slots("8")->names.empty());
  for (const char* text :
       {"", "0", "1025", "-1", "+1", "1.5", "2x", " 2", "0x2", "_a"}) {
    INFO(text);
    CHECK(refusal(text) == ErrorCode::kInvalidNumber);
  }
}

TEST_CASE("Names with commas between them are slots") {
  CHECK(parse_slots("cuda0,cuda1")->names == Names{"cuda0", "cuda1"});
  CHECK(parse_slots("cuda0,cuda1")->count == 2);
  // In a list there may be numbers, as names.
  CHECK(parse_slots("4,5,6")->names == Names{"4", "5", "6"});
  CHECK(parse_slots("license")->names == Names{"license"});
  CHECK(parse_slots("A.b_c:d-e,f")->count == 2);
}

TEST_CASE("Names that are none, or twice there, are refused") {
  for (const char* text :
       {"a,", ",a", "a,,b", "a,b c", "a/b,c", "a,b,a", "a,.,b",
        "a,9b2e0000-0000-4000-8000-000000000000", "\xc3\xa4,b"}) {
    INFO(text);
    CHECK(refusal(text) == ErrorCode::kInvalidName);
  }
}

TEST_CASE("A list of slots has an end") {
  std::string names = "first";
  for (int i = 1; i < 1024; ++i) names += fmt::format(",{:x}", i);
  REQUIRE(names.size() <= kMaxSlotList);
  CHECK(parse_slots(names)->count == 1024);
  CHECK(refusal(names + ",b") == ErrorCode::kInvalidName);
  CHECK(refusal("a," + std::string(kMaxSlotList, 'b')) ==
        ErrorCode::kInvalidName);
}

TEST_CASE("A list is split at its commas") {
  CHECK(split_list("").empty());
  CHECK(split_list("a") == Names{"a"});
  CHECK(split_list("a,b,") == Names{"a", "b", ""});
}

}  // namespace
}  // namespace syncq::test
