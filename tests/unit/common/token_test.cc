#include "common/token.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "common/base64.h"
#include "tests/unit/temp_dir.h"

namespace syncq {
namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  chmod(path.c_str(), 0600);
}

TEST_CASE("A token is made once, for its owner alone, and can be read") {
  test::TempDir dir;
  const std::string path = dir.path() + "/token";
  CHECK(read_token(path)->empty());
  const std::string token = *make_token(path);
  CHECK(token.size() == 64);
  CHECK(*read_token(path) == token);
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(*get_or_make_token(path) == token);
  CHECK(*make_token(path) != token);
  unlink(path.c_str());
  CHECK(get_or_make_token(path)->size() == 64);
  auto files = std::filesystem::directory_iterator(dir.path());
  CHECK(std::distance(begin(files), end(files)) == 1);
}

TEST_CASE("What is no token, or not private, is refused") {
  test::TempDir dir;
  const std::string path = dir.path() + "/token";
  const std::string good(64, 'a');
  for (const std::string& bad :
       {std::string(), std::string("\n"), good.substr(1), good + "a",
        good + "\n\n", std::string(64, 'g')}) {
    CAPTURE(bad);
    write(path, bad);
    CHECK_FALSE(read_token(path).ok());
  }
  write(path, good);
  CHECK(read_token(path).ok());
  chmod(path.c_str(), 0640);
  CHECK_FALSE(read_token(path).ok());
  unlink(path.c_str());
  REQUIRE(symlink("/etc/hostname", path.c_str()) == 0);
  CHECK_FALSE(read_token(path).ok());
  unlink(path.c_str());
  REQUIRE(mkdir(path.c_str(), 0700) == 0);
  CHECK_FALSE(read_token(path).ok());
  CHECK_FALSE(make_token(path).ok());
  CHECK_FALSE(make_token(dir.path() + "/none/token").ok());
}

// Most of them from RFC 4648, section 10.
TEST_CASE("Base64, with its padding") {
  for (auto [bytes, text] : {std::pair{"", ""},
                             {"f", "Zg=="},
                             {"fo", "Zm8="},
                             {"foo", "Zm9v"},
                             {"foob", "Zm9vYg=="},
                             {"\xfb\xff\xbf", "+/+/"}}) {
    CAPTURE(text);
    CHECK(base64_encode(bytes) == text);
    CHECK(base64_decode(text) == bytes);
  }
  for (const char* bad :
       {"Z", "Zg", "Zg=", "Z===", "====", "Zm9-", "Zm 9", "Zg==Zg=="}) {
    CAPTURE(bad);
    CHECK_FALSE(base64_decode(bad));
  }
}

}  // namespace
}  // namespace syncq
