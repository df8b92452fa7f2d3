#include <catch2/catch.hpp>

#include "cli/base/table.h"
#include "cli/base/text.h"

namespace syncq {
namespace {

TEST_CASE("columns stand under each other", "[cli][table]") {
  Table table({"NAME", "HELD", "BY"});
  table.row({"deploy", "1", "make"});
  table.row({"größe", "", "sh"});
  CHECK(table.text() ==
        "NAME    HELD  BY\n"
        "deploy  1     make\n"
        "größe   -     sh\n");
}

TEST_CASE("a table that must fit cuts its widest cells in the middle",
          "[cli][table]") {
  Table table({"NAME", "HELD", "BY"});
  table.row({"a-name-that-is-rather-long", "1/1", "make -C /a/very/long/path"});
  table.row({"short", "0/1", ""});
  CHECK(table.text(40) ==
        "NAME              HELD  BY\n"
        "a-name-t…er-long  1/1   make -C …ng/path\n"
        "short             0/1   -\n");
  CHECK(table.text(100) == table.text());
  // Too narrow for anything: the line's end goes.
  for (std::size_t columns : {20U, 5U, 1U}) {
    std::string text = table.text(columns);
    for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
      end = text.find('\n', at);
      CHECK(text_width(text.substr(at, end - at)) <= columns);
    }
  }
}

TEST_CASE("a table without rows is its header", "[cli][table]") {
  CHECK(Table({"A", "B"}).text() == "A  B\n");
  CHECK(Table({}).text().empty());
}

TEST_CASE("cells can't drive the terminal", "[cli][table]") {
  Table table({});
  table.row({"a\x1b[1m", "b\nc"});
  CHECK(table.text() == "a?[1m  b?c\n");
}

}  // namespace
}  // namespace syncq
