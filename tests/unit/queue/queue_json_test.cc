#include <catch2/catch.hpp>
#include <string>

#include "daemon/http/json_object.h"
#include "daemon/queue/queue_handlers.h"

namespace syncq {
namespace {

using Catch::Matchers::Contains;

Refusal refusal_of(const std::string& body) {
  auto config = read_queue_config(body);
  REQUIRE_FALSE(config.ok());
  return config.refusal();
}

TEST_CASE("A field that is null has its default") {
  for (
      const char* body :
      {"", "{}",
       R"({"name":null,"ephemeral":null,"capacity":null,"overflow":null,)"
       R"("max_attempts":null,"dead_letter":null,"in_flight":null,"rate":null})"}) {
    INFO(body);
    auto config = read_queue_config(body);
    REQUIRE(config.ok());
    CHECK(config->name.empty());
    CHECK_FALSE(config->ephemeral);
    CHECK_FALSE(config->capacity);
    CHECK(config->overflow == Overflow::kEvict);
    CHECK(config->max_attempts == 0);
    CHECK(config->dead_letter.empty());
    CHECK_FALSE(config->has_limits());
  }
  CHECK(refusal_of(R"({"colour":null})").code == ErrorCode::kUnknownParameter);
}

TEST_CASE("A field that is there twice is refused") {
  for (const char* body :
       {R"({"name":"a","name":"b"})", R"({"name":"a","name":"a"})",
        R"({"name":"a","capacity":1,"\u006eame":"b"})",
        R"({"name":null,"name":"b"})"}) {
    INFO(body);
    Refusal refusal = refusal_of(body);
    CHECK(refusal.code == ErrorCode::kInvalidJson);
    CHECK_THAT(refusal.message, Contains("'name'") && Contains("twice"));
  }
}

TEST_CASE("Numbers of a queue are whole, and within their bounds") {
  CHECK(read_queue_config(R"({"capacity":9223372036854775807})")->capacity ==
        9223372036854775807);
  for (const char* number : {"0", "-1", "1.0", "1e3", "9223372036854775808",
                             "18446744073709551617", "\"1\"", "true", "[1]"}) {
    INFO(number);
    for (const char* field : {"capacity", "max_attempts", "in_flight"}) {
      CHECK(
          refusal_of(std::string("{\"") + field + "\":" + number + "}").code ==
          ErrorCode::kInvalidJson);
    }
  }
}

TEST_CASE("What is no JSON object is refused") {
  for (const char* body : {"[]", "null", "\"a\"", "{", "{\"a\"}", "name=a",
                           "{} {}", "{\"name\":\"\xff\"}"}) {
    INFO(body);
    CHECK(refusal_of(body).code == ErrorCode::kInvalidJson);
  }
}

TEST_CASE("A number read from JSON is never cut to a smaller type") {
  using nlohmann::json;
  CHECK(whole_number(json(7), 1, 100) == 7);
  for (const json& value :
       {json(4294967296 + 7), json(18446744073709551615u), json(-7), json(0),
        json(7.0), json("7"), json(nullptr)}) {
    INFO(value);
    CHECK_FALSE(whole_number(value, 1, 100));
  }
}

}  // namespace
}  // namespace syncq
