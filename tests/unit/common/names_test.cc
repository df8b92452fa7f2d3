#include "common/names.h"

#include <catch2/catch.hpp>
#include <string>

#include "common/percent.h"

namespace syncq {
namespace {

TEST_CASE("Names of the allowed characters are taken") {
  const std::string good = GENERATE(values<std::string>({
      "a", "deploy", "A-Z_a.z:0-9", "-", "...", ".a", "0",
      "0123abcd-4567-89ef-fedc-ba987654321",  // one character short
  }));
  INFO(good);
  CHECK(check_name(good, "FIFO").ok());
  CHECK(check_name(std::string(255, 'x'), "FIFO").ok());
}

TEST_CASE("Other names are refused") {
  const std::string bad = GENERATE(values<std::string>({
      "",
      "a b",
      "a/b",
      "\u00e4",
      "a\n",
      "a%41",
      "a+b",
      std::string("a\0b", 3),
      "0123abcd-4567-89ef-fedc-ba9876543210",
      "0123ABCD-4567-89EF-FEDC-BA9876543210",
      "0123abcd456789effedcba9876543210",
      "urn:uuid:0123abcd-4567-89ef-fedc-ba9876543210",
      ".",
      "..",
  }));
  INFO(bad);
  Result<> checked = check_name(bad, "queue");
  REQUIRE_FALSE(checked.ok());
  CHECK(checked.refusal().code == ErrorCode::kInvalidName);
  CHECK_THAT(checked.refusal().message,
             Catch::Matchers::StartsWith("queue name '"));
}

TEST_CASE("What makes FIFOs is no name of one") {
  Result<> checked = check_fifo_name("new");
  REQUIRE_FALSE(checked.ok());
  CHECK(checked.refusal().code == ErrorCode::kInvalidName);
  CHECK(check_fifo_name("New").ok());
  CHECK(check_fifo_name("news").ok());
  CHECK_FALSE(check_fifo_name("a b").ok());
  CHECK(check_name("new", "queue").ok());
}

TEST_CASE("A name that is too long is refused, and not repeated whole") {
  Result<> checked = check_name(std::string(100'000, 'x'), "FIFO");
  REQUIRE_FALSE(checked.ok());
  CHECK(checked.refusal().message.size() < 400);
  CHECK_FALSE(check_name(std::string(256, 'x'), "FIFO").ok());
}

TEST_CASE("Percent-encoding goes both ways for every byte") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  std::string encoded = percent_encode(all);
  CHECK(percent_decode(encoded) == all);
  for (char c : encoded) CHECK((c > ' ' && c < 0x7f));
  CHECK(percent_encode("Az09-._~") == "Az09-._~");
  CHECK(percent_encode("a b/\u00e4%") == "a%20b%2F%C3%A4%25");
}

TEST_CASE("Decoding takes either case, and leaves a plus alone") {
  CHECK(percent_decode("%2f%2F") == "//");
  CHECK(percent_decode("+5s") == "+5s");
  CHECK(percent_decode("") == "");
  CHECK(percent_decode("%41") == "A");
  for (const char* bad :
       {"%", "%4", "a%", "a%4", "%4g", "%g4", "%%41", "% 1"}) {
    INFO(bad);
    CHECK_FALSE(percent_decode(bad));
  }
}

TEST_CASE("A group is any printable text of up to 256 bytes") {
  for (const std::string& good :
       {std::string("a"), std::string("customer 7/\u00e4"),
        std::string(256, 'x'), std::string("\"?%")}) {
    CAPTURE(good);
    CHECK(check_group(good).ok());
  }
  for (const std::string& bad :
       {std::string(), std::string(257, 'x'), std::string("a\nb"),
        std::string("a\0b", 3), std::string("\xff"), std::string("\xc3"),
        std::string("\u202e")}) {
    CAPTURE(bad);
    Result<> checked = check_group(bad);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.refusal().code == ErrorCode::kInvalidName);
  }
}

}  // namespace
}  // namespace syncq
