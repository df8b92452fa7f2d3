#include "common/uuid.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

namespace syncq {
namespace {

constexpr const char* kText = "0123abcd-4567-89ef-fedc-ba9876543210";

TEST_CASE("A UUID reads back what it writes, in either case") {
  auto lower = Uuid::parse(kText);
  REQUIRE(lower);
  CHECK(lower->text() == kText);
  CHECK(lower->bytes[0] == 0x01);
  CHECK(lower->bytes[3] == 0xcd);
  CHECK(lower->bytes[15] == 0x10);
  CHECK(Uuid::parse("0123ABCD-4567-89EF-FEDC-BA9876543210") == lower);
}

TEST_CASE("UUIDs are counted up in their last four bytes") {
  auto after = [](const char* text, std::uint32_t count) {
    return Uuid::parse(text)->plus(count).text();
  };
  CHECK(after(kText, 0) == kText);
  CHECK(after(kText, 0xf0) == "0123abcd-4567-89ef-fedc-ba9876543300");
  CHECK(after("0123abcd-4567-89ef-fedc-ba98fffffffe", 3) ==
        "0123abcd-4567-89ef-fedc-ba9800000001");
}

TEST_CASE("A UUID is taken as a URN, in braces and without dashes") {
  for (const char* text : {
           "urn:uuid:0123abcd-4567-89ef-fedc-ba9876543210",
           "URN:Uuid:0123ABCD-4567-89ef-fedc-ba9876543210",
           "{0123abcd-4567-89ef-fedc-ba9876543210}",
           "0123abcd456789effedcba9876543210",
           "0123ABCD456789EFFEDCBA9876543210",
       }) {
    INFO(text);
    CHECK(Uuid::parse(text) == Uuid::parse(kText));
  }
}

TEST_CASE("What only looks like a UUID is none") {
  const std::string bad = GENERATE(values<std::string>({
      "",
      "0123abcd456789effedcba987654321",
      "0123abcd456789effedcba98765432100",
      "0123abcd456789effedcba987654321g",
      "0123abcd-456789effedcba9876543210",
      "0123abcd-4567-89ef-fedc-ba98765432",
      "{0123abcd456789effedcba9876543210}",
      "{0123abcd-4567-89ef-fedc-ba9876543210",
      "(0123abcd-4567-89ef-fedc-ba9876543210)",
      "{0123abcd-4567-89ef-fedc-ba987654321}",
      "urn:uuid:0123abcd456789effedcba9876543210",
      "urn:uuid:{0123abcd-4567-89ef-fedc-ba9876543210}",
      "urn-uuid:0123abcd-4567-89ef-fedc-ba9876543210",
      "uuid:0123abcd-4567-89ef-fedc-ba9876543210",
      "0123abcd-4567-89ef-fedc-ba987654321",
      "0123abcd-4567-89ef-fedc-ba98765432100",
      "0123abcd-4567-89ef-fedc-ba987654321g",
      "0123abcd-4567-89ef-fedc_ba9876543210",
      "0123abcd-45678-9ef-fedc-ba9876543210",
      " 123abcd-4567-89ef-fedc-ba9876543210",
      "-0123abc-4567-89ef-fedc-ba9876543210",
  }));
  INFO(bad);
  CHECK_FALSE(Uuid::parse(bad));
}

TEST_CASE("Random UUIDs are of version 4 and do not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    std::string text = Uuid::random().text();
    CHECK(text[14] == '4');
    CHECK(std::string("89ab").find(text[19]) != std::string::npos);
    CHECK(seen.insert(text).second);
  }
}

}  // namespace
}  // namespace syncq
