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

TEST_CASE("a table that must fit leaves out its empty columns first",
          "[cli][table]") {
  Table table({"FIFO", "LEFT", "BY", "EXPECTED"});
  table.row({"deploy", "", "make", ""});
  table.row({"q", "", "", ""});
  CHECK(table.text(28) == table.text());
  CHECK(table.text(27) ==
        "FIFO    BY\n"
        "deploy  make\n"
        "q       -\n");
  table.row({"r", "2s", "", ""});
  CHECK(table.text(20) ==
        "FIFO    LEFT  BY\n"
        "deploy  -     make\n"
        "q       -     -\n"
        "r       2s    -\n");
  // Nothing tells what is empty without a header.
  Table bare({});
  bare.row({"a", ""});
  CHECK(bare.text(3) == "a …\n");
  CHECK(Table({"A", "B"}).text(3) == "A …\n");
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

TEST_CASE("colours take no columns", "[cli][table]") {
  Table table({"STATE", "BY"});
  table.row({{"held", Colour::kGreen}, "make"});
  table.row({"1", {"paused, make -C /a/long/path", Colour::kYellow, 6}});
  CHECK(table.text() ==
        "STATE  BY\n"
        "held   make\n"
        "1      paused, make -C /a/long/path\n");
  CHECK(table.text(std::nullopt, true) ==
        "STATE  BY\n"
        "\x1b[32mheld\x1b[0m   make\n"
        "1      \x1b[33mpaused\x1b[0m, make -C /a/long/path\n");
  CHECK(table.text(24, true) ==
        "STATE  BY\n"
        "\x1b[32mheld\x1b[0m   make\n"
        "1      \x1b[33mpaused\x1b[0m, …ong/path\n");
  // What is left of the state alone is all in colour.
  Table narrow({});
  narrow.row({{"cancelled, stopped", Colour::kRed, 16}, ""});
  CHECK(narrow.text(13, true) == "\x1b[31mcance…pped\x1b[0m  -\n");
}

TEST_CASE("a line in colour is cut as one without", "[cli][table]") {
  const std::string text = painted("held", Colour::kGreen) + " by größe";
  CHECK(cut_painted(text, 13) == text);
  CHECK(cut_painted(text, 100) == text);
  CHECK(cut_painted(text, 7) == "\x1b[32mheld\x1b[0m b…\x1b[0m");
  CHECK(cut_painted(text, 3) == "\x1b[32mhe…\x1b[0m");
  CHECK(cut_painted(text, 0) == "\x1b[0m");
  CHECK(cut_painted(painted("a漢字", Colour::kRed), 4) ==
        "\x1b[31ma漢…\x1b[0m");
  CHECK(cut_painted("plain text", 5) == "plai…");
  CHECK(painted("text", Colour::kNone) == "text");
}

TEST_CASE("a state has its colour", "[cli][table]") {
  CHECK(colour_of("accepted") == Colour::kGreen);
  CHECK(colour_of("waiting") == Colour::kCyan);
  CHECK(colour_of("stopped") == Colour::kYellow);
  CHECK(colour_of("expired") == Colour::kRed);
  CHECK(colour_of("another") == Colour::kNone);
}

}  // namespace
}  // namespace syncq
