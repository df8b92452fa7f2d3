#include <catch2/catch.hpp>

#include "cli/base/text.h"
#include "tests/unit/environment.h"

namespace syncq {
namespace {

TEST_CASE("ordinals as English writes them", "[cli][text]") {
  CHECK(ordinal(1) == "1st");
  CHECK(ordinal(2) == "2nd");
  CHECK(ordinal(3) == "3rd");
  CHECK(ordinal(4) == "4th");
  CHECK(ordinal(11) == "11th");
  CHECK(ordinal(12) == "12th");
  CHECK(ordinal(13) == "13th");
  CHECK(ordinal(21) == "21st");
  CHECK(ordinal(102) == "102nd");
  CHECK(ordinal(111) == "111th");
  CHECK(ordinal(1013) == "1013th");
}

TEST_CASE("width counts characters, wide ones twice", "[cli][text]") {
  CHECK(text_width("") == 0);
  CHECK(text_width("plain") == 5);
  CHECK(text_width("größe") == 5);
  CHECK(text_width("日本") == 4);
  CHECK(text_width("✅ ⏳") == 5);
  CHECK(text_width("a\xff") == 2);
}

TEST_CASE("cutting keeps whole characters and marks the cut", "[cli][text]") {
  CHECK(cut_to_width("plain", 5) == "plain");
  CHECK(cut_to_width("plain", 4) == "pla…");
  CHECK(cut_to_width("größe", 4) == "grö…");
  CHECK(cut_to_width("日本語", 4) == "日…");
  CHECK(cut_to_width("plain", 1) == "…");
  CHECK(cut_to_width("plain", 0).empty());
}

TEST_CASE("a text cut in its middle keeps both ends", "[cli][text]") {
  CHECK(cut_middle("make deploy", 20) == "make deploy");
  CHECK(cut_middle("make deploy", 7) == "mak…loy");
  CHECK(cut_middle("make deploy", 6) == "mak…oy");
  CHECK(cut_middle("größe des", 5) == "gr…es");
  CHECK(cut_middle("日本語日本語", 6) == "日…語");
  CHECK(cut_middle("plain", 1) == "…");
  CHECK(cut_middle("plain", 0).empty());
}

TEST_CASE("nothing that drives a terminal comes through", "[cli][text]") {
  CHECK(sanitize("make -j4") == "make -j4");
  CHECK(sanitize("größe 日本") == "größe 日本");
  CHECK(sanitize("a\x1b[2Jb\n\t\x7f") == "a?[2Jb???");
  // C1 controls as UTF-8: U+009B is CSI.
  CHECK(sanitize("a\xc2\x9b"
                 "31m") == "a?31m");
  // U+202E reverses the text direction.
  CHECK(sanitize("a\xe2\x80\xae"
                 "b") == "a?b");
  // Not UTF-8: a lone byte, an overlong slash, a surrogate, a cut character.
  CHECK(sanitize("\xff") == "?");
  CHECK(sanitize("\xc0\xaf") == "??");
  CHECK(sanitize("\xed\xa0\x80") == "???");
  CHECK(sanitize("\xe6\x97") == "??");
}

TEST_CASE("the home directory is a tilde", "[cli][text]") {
  test::Environment home({std::pair("HOME", "/home/u")});
  CHECK(with_tilde("/home/u/app") == "~/app");
  CHECK(with_tilde("/home/u") == "~");
  CHECK(with_tilde("/home/uma") == "/home/uma");
  CHECK(with_tilde("/srv") == "/srv");
}

TEST_CASE("a line to paste into a shell", "[cli][text]") {
  CHECK(shell_line({"make", "-j4"}) == "make -j4");
  CHECK(shell_line({"sh", "-c", "echo $x"}) == "sh -c 'echo $x'");
  CHECK(shell_line({"echo", "it's", ""}) == "echo 'it'\\''s' ''");
}

TEST_CASE("the name that was meant", "[cli][text]") {
  CHECK(nearest("stauts", {"run", "status"}) == "status");
  CHECK(nearest("nwe", {"new", "rm"}) == "new");
  CHECK(nearest("rnu", {"run", "status"}) == "run");
  CHECK(nearest("xyz", {"run", "status"}).empty());
  CHECK(nearest("ls", {"ls", "rm"}) == "ls");
}

}  // namespace
}  // namespace syncq
