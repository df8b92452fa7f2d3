#include "daemon/http/query.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>

namespace syncq {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

constexpr std::array<std::string_view, 4> kKnown = {"timeout", "create",
                                                    "slots", "label"};

Query parse(std::string_view text) {
  Result<Query> query = Query::parse(text, kKnown);
  REQUIRE(query.ok());
  return *query;
}

ErrorCode refused(std::string_view text) {
  Result<Query> query = Query::parse(text, kKnown);
  REQUIRE_FALSE(query.ok());
  return query.refusal().code;
}

TEST_CASE("A query's parameters are decoded") {
  Query query = parse("label=a%20b%3D%26=c&timeout=%2B5s");
  CHECK(query.text("label") == "a b=&=c");
  CHECK(query.duration("timeout").value() == Duration(5s));
  CHECK(query.text("slots") == "");
  CHECK(query.find("slots") == nullptr);
  CHECK(parse("timeout=+5s").duration("timeout").value() == Duration(5s));
}

TEST_CASE("Empty pieces of a query are nothing") {
  CHECK(parse("").find("label") == nullptr);
  Query query = parse("&&label=&&");
  REQUIRE(query.find("label") != nullptr);
  CHECK(query.text("label") == "");
  CHECK(*parse("label").find("label") == "");
}

TEST_CASE("An unknown parameter is refused with those there are") {
  Result<Query> query = Query::parse("wait_timout=5s", kKnown);
  REQUIRE_FALSE(query.ok());
  CHECK(query.refusal().code == ErrorCode::kUnknownParameter);
  CHECK_THAT(query.refusal().message, Contains("'wait_timout'"));
  CHECK_THAT(query.refusal().message,
             Contains("timeout, create, slots, label"));
  Result<Query> none = Query::parse("x=1", {});
  REQUIRE_FALSE(none.ok());
  CHECK_THAT(none.refusal().message, Contains("takes none"));
  CHECK(refused("Timeout=5s") == ErrorCode::kUnknownParameter);
}

TEST_CASE("A parameter given twice is refused") {
  CHECK(refused("slots=1&slots=1") == ErrorCode::kDuplicateParameter);
  CHECK(refused("slots=1&label=x&%73lots=2") == ErrorCode::kDuplicateParameter);
}

TEST_CASE(
    "The one parameter that may repeat keeps all of its values, in order") {
  Result<Query> query =
      Query::parse("slots=b&label=x&slots=a&slots=b", kKnown, "slots");
  REQUIRE(query.ok());
  CHECK(query->all("slots") == std::vector<std::string>{"b", "a", "b"});
  REQUIRE(query->add_form("slots=c+d", kKnown, "slots").ok());
  CHECK(query->all("slots").back() == "c d");
  CHECK(query->text("slots") == "b");
  CHECK(query->all("timeout").empty());
  CHECK(Query::parse("label=a&label=b", kKnown, "slots").refusal().code ==
        ErrorCode::kDuplicateParameter);
}

TEST_CASE("The parameters of a form are those of the query, and checked so") {
  Query query = parse("slots=2");
  REQUIRE(query.add_form("label=a+b%2Bc&timeout=%2B5s&", kKnown).ok());
  CHECK(query.text("label") == "a b+c");
  CHECK(query.duration("timeout").value() == Duration(5s));
  CHECK(query.text("slots") == "2");
  auto code = [](std::string_view form) {
    Query query = parse("slots=2");
    return query.add_form(form, kKnown).refusal().code;
  };
  CHECK(code("slots=2") == ErrorCode::kDuplicateParameter);
  CHECK(code("label=a&label=b") == ErrorCode::kDuplicateParameter);
  CHECK(code("timout=1s") == ErrorCode::kUnknownParameter);
  CHECK(code("{\"slots\": 1}") == ErrorCode::kUnknownParameter);
  CHECK(code("label=%4") == ErrorCode::kBadRequest);
}

TEST_CASE("A broken percent-encoding is refused") {
  CHECK(refused("label=%4") == ErrorCode::kBadRequest);
  CHECK(refused("%zz=1") == ErrorCode::kBadRequest);
}

TEST_CASE("Booleans are true, false, 1 and 0") {
  CHECK(parse("create=true").boolean("create").value() == true);
  CHECK(parse("create=1").boolean("create").value() == true);
  CHECK(parse("create=false").boolean("create").value() == false);
  CHECK(parse("create=0").boolean("create").value() == false);
  CHECK(parse("").boolean("create").value() == std::nullopt);
  for (const char* bad : {"create=", "create", "create=yes", "create=TRUE",
                          "create=2", "create=true%20"}) {
    INFO(bad);
    auto read = parse(bad).boolean("create");
    REQUIRE_FALSE(read.ok());
    CHECK(read.refusal().code == ErrorCode::kInvalidBoolean);
    CHECK_THAT(read.refusal().message, Catch::Matchers::StartsWith("create '"));
  }
}

TEST_CASE("Numbers are whole and within their bounds") {
  auto slots = [](const std::string& text) {
    return parse("slots=" + text).number("slots", 1, 1024);
  };
  CHECK(slots("1").value() == 1);
  CHECK(slots("1024").value() == 1024);
  CHECK(slots("007").value() == 7);
  CHECK(parse("").number("slots", 1, 9).value() == std::nullopt);
  for (const char* bad : {"0", "1025", "-1", "+1", "", "1.0", "1e1", " 1", "1 ",
                          "0x1", "one", "99999999999999999999999999"}) {
    INFO(bad);
    auto read = slots(bad);
    REQUIRE_FALSE(read.ok());
    CHECK(read.refusal().code == ErrorCode::kInvalidNumber);
  }
}

TEST_CASE("A bad duration names its parameter") {
  auto read = parse("timeout=5").duration("timeout");
  REQUIRE_FALSE(read.ok());
  CHECK(read.refusal().code == ErrorCode::kInvalidDuration);
  CHECK_THAT(read.refusal().message,
             Catch::Matchers::StartsWith("timeout '5'"));
}

}  // namespace
}  // namespace syncq
