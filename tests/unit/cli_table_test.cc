#include <catch2/catch.hpp>

#include "cli/table.h"

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
