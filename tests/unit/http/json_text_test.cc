#include "daemon/http/json_text.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace syncq {
namespace {

TEST_CASE("JSON: members of each kind, in the order they were added") {
  JsonObject inner;
  inner.add("n", 1);
  std::optional<std::int64_t> none;
  std::string text = JsonObject()
                         .add("text", "a")
                         .add("number", std::int64_t{-7})
                         .add("size", std::size_t{8})
                         .add("flag", true)
                         .add("none", none)
                         .add("some", std::optional(false))
                         .add_or_null("empty", "")
                         .add_or_null("given", "b")
                         .add("inner", inner)
                         .add_raw("list", "[1,2]")
                         .text();
  CHECK(text == R"({"text":"a","number":-7,"size":8,"flag":true,"none":null,)"
                R"("some":false,"empty":null,"given":"b","inner":{"n":1},)"
                R"("list":[1,2]})");
  CHECK(JsonObject().text() == "{}");
  CHECK(JsonObject().line() == "{}\n");
}

TEST_CASE("JSON: every byte of a text can be read back, or is replaced") {
  for (int c = 0; c < 0x80; ++c) {
    std::string text{'a', static_cast<char>(c), 'b'};
    std::string json = JsonObject().add("t", text).text();
    INFO(json);
    CHECK(nlohmann::json::parse(json)["t"] == text);
  }
  CHECK(nlohmann::json::parse(JsonObject().add("t", "\xc3\xa9").text())["t"] ==
        "\xc3\xa9");
  CHECK(nlohmann::json::parse(JsonObject().add("t", "a\xff").text())["t"] ==
        "a\xef\xbf\xbd");
}

TEST_CASE("JSON: a time is RFC 3339 in UTC, with milliseconds") {
  CHECK(timestamp(0) == "1970-01-01T00:00:00.000Z");
  CHECK(timestamp(1'764'340'495'007) == "2025-11-28T14:34:55.007Z");
}

}  // namespace
}  // namespace syncq
