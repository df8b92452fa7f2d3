#include "cli/client/row_format.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace syncq {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> kFields{"name", "held", "fifo.name", "rate"};

std::string line(const std::string& format, const Json& row) {
  Result<RowFormat> read = RowFormat::read(format, kFields);
  REQUIRE(read.ok());
  CHECK(RowFormat(format).line(row) == read->line(row));
  return read->line(row);
}

std::string refusal(const std::string& format) {
  Result<RowFormat> read = RowFormat::read(format, kFields);
  return read ? "" : read.refusal().message;
}

TEST_CASE("a format stands for a row's fields", "[cli][format]") {
  Json row{{"name", "deploy"},
           {"held", 1},
           {"rate", 4.5},
           {"fifo", {{"name", "f"}}}};
  CHECK(line("{name} {held}", row) == "deploy 1\n");
  CHECK(line("{fifo.name}:{rate}", row) == "f:4.5\n");
  CHECK(line("text", row) == "text\n");
  CHECK(line("größe {name}{held}", row) == "größe deploy1\n");
}

TEST_CASE("what a row does not have is empty", "[cli][format]") {
  CHECK(line("<{name}>", {{"name", nullptr}}) == "<>\n");
  CHECK(line("<{name}{fifo.name}>", Json::object()) == "<>\n");
  CHECK(line("<{fifo.name}>", {{"fifo", nullptr}}) == "<>\n");
  CHECK(line("<{fifo.name}>", {{"fifo", "text"}}) == "<>\n");
  CHECK(line("{name}", {{"name", false}}) == "false\n");
}

TEST_CASE("a format has braces, tabs and lines", "[cli][format]") {
  Json row{{"name", "a"}};
  CHECK(line("{{{name}}}", row) == "{a}\n");
  CHECK(line("{{name}}", row) == "{name}\n");
  CHECK(line(R"(\t{name}\n\\n)", row) == "\ta\n\\n\n");
}

TEST_CASE("values can't begin a line of their own", "[cli][format]") {
  CHECK(line("{name}", {{"name", "a\nb\x1b[1m\tc"}}) == "a?b?[1m?c\n");
}

TEST_CASE("a format that is wrong is refused", "[cli][format]") {
  CHECK(refusal("{size}") ==
        "there is no field 'size': use name, held, fifo.name, rate");
  CHECK(refusal("{}") ==
        "there is no field '': use name, held, fifo.name, rate");
  CHECK(refusal("{fifo}").starts_with("there is no field 'fifo'"));
  CHECK(refusal("{name") == "a { has no }; write {{ for a brace");
  CHECK(refusal("name}") == "a } has no {; write }} for a brace");
  CHECK(refusal("{") == "a { has no }; write {{ for a brace");
  CHECK(refusal("a\\") == "a \\ has to be one of \\n, \\t and \\\\");
  CHECK(refusal("\\x") == "a \\ has to be one of \\n, \\t and \\\\");
  CHECK(refusal("") == "it is empty");
}

}  // namespace
}  // namespace syncq
