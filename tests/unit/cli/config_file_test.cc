#include "cli/options/config_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "cli/base/failure.h"
#include "tests/unit/files.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

using Catch::Contains;
using Values = std::vector<std::string>;
using std::string_literals::operator""s;

std::string refusal(const std::string& text) {
  try {
    read_config_text(text);
  } catch (const Failure& failure) {
    CHECK(failure.exit_code() == kExitUsage);
    return failure.what();
  }
  return "";
}

std::string file_refusal(const std::string& path, bool may_be_missing = true) {
  try {
    read_config_file(path, may_be_missing);
  } catch (const Failure& failure) {
    CHECK(failure.exit_code() == kExitUsage);
    CHECK_THAT(failure.what(), Contains(path));
    return failure.what();
  }
  return "";
}

TEST_CASE("A config file has strings, numbers, truths and lists of them") {
  NamedValues values = read_config_text(
      "# The daemon's settings\n"
      "\n"
      "idle-exit = \"1h\"   # a while\n"
      "  max-message=1024\n"
      "tcp-no-token = true\r\n"
      "tcp = [\"127.0.0.1:1\", '[::1]:2']\n"
      "allow-host = [  # all of them\n"
      "  \"a, b\",\n"
      "\n"
      "  \"it's\",  # another\n"
      "]\n"
      "log-level = ''");
  CHECK(values == NamedValues{{"idle-exit", {"1h"}},
                              {"max-message", {"1024"}},
                              {"tcp-no-token", {"true"}},
                              {"tcp", {"127.0.0.1:1", "[::1]:2"}},
                              {"allow-host", {"a, b", "it's"}},
                              {"log-level", {""}}});
  CHECK(read_config_text("tcp = []") == NamedValues{{"tcp", {}}});
  CHECK(read_config_text("").empty());
  CHECK(read_config_text("\r\n#\n\n \t\n# x").empty());
}

TEST_CASE("No line of a config file is passed over in silence") {
  for (const std::string& line : {"a"s,
                                  "a="s,
                                  "ab"s,
                                  "tcp"s,
                                  "tcp ="s,
                                  "tcp = # x"s,
                                  "; x"s,
                                  "= \"x\""s,
                                  "tcp: x"s,
                                  "a.b = true"s,
                                  "\"tcp\" = \"x\""s,
                                  "tcp = x"s,
                                  "idle-exit = 15m"s,
                                  "tcp = \"x"s,
                                  "tcp = x\""s,
                                  "tcp = \"x'"s,
                                  "tcp = \"x\" \"y\""s,
                                  "tcp = \"x\", \"y\""s,
                                  "tcp = \"x\" y"s,
                                  "tcp = ["s,
                                  "tcp = [\"x\""s,
                                  "tcp = [\"x\", "s,
                                  "tcp = [\"x\" \"y\"]"s,
                                  "tcp = [,]"s,
                                  "tcp = [\"x\",,]"s,
                                  "tcp = [x]"s,
                                  "tcp = [[\"x\"]]"s,
                                  "tcp = \"x\"]"s,
                                  "tcp = ]"s,
                                  "tcp = {a = 1}"s,
                                  "tcp = \"a\\tb\""s,
                                  "tcp = \"a#b\""s,
                                  "tcp = '\\'"s,
                                  "tcp = \"\"\"x\"\"\""s,
                                  "[daemon]"s,
                                  "[default]"s,
                                  "[[daemon]]"s,
                                  "[]"s,
                                  "[.]"s,
                                  "[a"s,
                                  "tcp = -1"s,
                                  "tcp = \"x\"\rtcp = \"y\""s,
                                  "\rx"s,
                                  "tcp = \"x\0y\""s,
                                  "\0"s,
                                  "\0\0\0\0"s,
                                  "tcp = \0"s,
                                  "# \0"s,
                                  "tcp = [\0]"s,
                                  "\xef\xbb\xbftcp"s}) {
    INFO(line);
    CHECK_THAT(refusal("\n" + line), Contains("line 2 has "));
    CHECK_THAT(refusal("\n" + line + "\n"), Contains("line "));
    CHECK_THAT(refusal("\n" + line + "\r\nx = true"), Contains("line "));
  }
  CHECK_THAT(refusal("idle-exit = 15m"), Contains("without quotes"));
  CHECK_THAT(refusal("idle-exit = '\"15m\"'"),
             Contains("'\"' in a value; no setting needs it"));
  CHECK_THAT(refusal("idle-exit = \"''15m''\""),
             Contains("''' at the beginning of a value; no setting needs it"));
  CHECK_THAT(refusal("[daemon]\nidle-exit = \"1m\""), Contains("section"));
  CHECK_THAT(refusal("tcp = [\n\"a\",\n\n"), Contains("']'"));
}

TEST_CASE("A setting stands once in a config file") {
  for (const std::string& between : {""s, "x = true\n"s}) {
    CHECK_THAT(refusal("tcp = \"a\"\n" + between + "tcp = \"b\"\n"),
               Contains("'tcp' again"));
  }
}

TEST_CASE("Any cut of a config file is read or refused") {
  const std::string whole =
      "a = \"x\" # y\r\nb = [\n 'c',\n \"d\" ]\nc = true\n";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    for (std::size_t from = 0; from <= size; ++from) {
      (void)refusal(whole.substr(from, size - from));
    }
  }
}

TEST_CASE("A config file may be missing, unless it was named") {
  TempDir dir;
  CHECK_FALSE(read_config_file(dir / "none/config.toml", true));
  CHECK_THAT(file_refusal(dir / "none", false), Contains("SYNCQ_CONFIG"));
}

TEST_CASE("A config file that others can write is refused") {
  TempDir dir;
  std::string path = dir / "config.toml";
  write_file(path, "tcp = \"localhost:1\"\n");
  for (mode_t mode : {0664, 0646, 0666}) {
    REQUIRE(chmod(path.c_str(), mode) == 0);
    CHECK_THAT(file_refusal(path), Contains("`chmod go-w " + path));
  }
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  CHECK(read_config_file(path, true)->size() == 1);
  if (geteuid() == 0) {
    REQUIRE(chown(path.c_str(), 12345, 12345) == 0);
    CHECK_THAT(file_refusal(path), Contains("user 12345"));
  }
}

TEST_CASE("What is no config file is refused, and never waited for") {
  TempDir dir;
  std::string fifo = dir / "fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  CHECK_THAT(file_refusal(fifo), Contains("no regular file"));
  CHECK_THAT(file_refusal(dir.path()), Contains("no regular file"));
  std::string large = dir / "large";
  write_file(large, std::string(64 * 1024, '\n'));
  CHECK(read_config_file(large, true)->empty());
  write_file(large, std::string(64 * 1024 + 1, '\n'));
  CHECK_THAT(file_refusal(large), Contains("larger than 65536"));
  std::string broken = dir / "broken";
  write_file(broken, "x = true\ntcp\n");
  CHECK_THAT(file_refusal(broken), Contains("line 2"));
  if (geteuid() != 0) {
    REQUIRE(chmod(broken.c_str(), 0) == 0);
    CHECK_THAT(file_refusal(broken), Contains("make it readable"));
  }
}

}  // namespace
}  // namespace syncq::test
