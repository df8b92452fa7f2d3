#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "common/paths.h"
#include "tests/skip.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

Paths paths_in(const TempDir& dir) {
  Paths paths;
  paths.state_dir = dir / "deep/state";
  paths.socket = dir / "run/x.sock";
  return paths;
}

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

std::string refusal(const Paths& paths) {
  Result<> made = make_directories(paths);
  REQUIRE_FALSE(made.ok());
  return made.refusal().message;
}

TEST_CASE("Both directories are made for the user alone") {
  TempDir dir;
  Paths paths = paths_in(dir);
  REQUIRE(make_directories(paths).ok());
  CHECK(mode_of(paths.state_dir) == 0700);
  CHECK(mode_of(dir / "run") == 0700);
  CHECK(make_directories(paths).ok());
}

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(umask(mask)) {}
  ~Umask() { umask(before_); }

 private:
  mode_t before_;
};

TEST_CASE(
    "Each directory that is made is the user's alone, whatever the umask") {
  TempDir dir;
  Paths paths = paths_in(dir);
  paths.state_dir = dir / "a/b/c";
  {
    Umask mask(GENERATE(0, 0777, 0177, 0700, 022, 077));
    REQUIRE(make_directories(paths).ok());
  }
  for (const char* each : {"a", "a/b", "a/b/c", "run"}) {
    CHECK(mode_of(dir / each) == 0700);
  }
}

TEST_CASE("A directory that was there keeps its mode") {
  TempDir dir;
  fs::create_directory(dir / "deep");
  REQUIRE(chmod((dir / "deep").c_str(), 0755) == 0);
  REQUIRE(make_directories(paths_in(dir)).ok());
  CHECK(mode_of(dir / "deep") == 0755);
}

TEST_CASE("A directory that keeps its owner out is refused, with the remedy") {
  TempDir dir;
  Paths paths = paths_in(dir);
  fs::create_directories(paths.state_dir);
  REQUIRE(chmod(paths.state_dir.c_str(), GENERATE(0500, 0, 0600)) == 0);
  CHECK_THAT(refusal(paths), Contains("chmod 700 " + paths.state_dir));
}

TEST_CASE("A directory that can't be made is named, with its reason") {
  TempDir dir;
  std::ofstream(dir / "deep") << "x";
  std::string message = refusal(paths_in(dir));
  CHECK_THAT(message, Contains(dir / "deep/state"));
  CHECK_THAT(message, Contains("Not a directory"));
  CHECK_THAT(message, Contains("set SYNCQ_STATE_DIR"));
}

// procfs refuses mkdir to all users.
TEST_CASE("What is above it is not blamed on the directory") {
  TempDir dir;
  Paths paths = paths_in(dir);
  paths.state_dir = "/proc/none/of/these";
  CHECK_THAT(refusal(paths), Contains("making the directory /proc/none:"));
}

TEST_CASE("The directory of a socket that was named is left alone") {
  TempDir dir;
  Paths paths = paths_in(dir);
  paths.socket_is_explicit = true;
  REQUIRE(make_directories(paths).ok());
  CHECK_FALSE(fs::exists(dir / "run"));
}

TEST_CASE("A directory that is a symbolic link is refused") {
  TempDir dir;
  Paths paths = paths_in(dir);
  fs::create_directory(dir / "mine");
  fs::create_directory_symlink(dir / "mine", dir / "run");
  CHECK_THAT(refusal(paths), Contains(dir / "run"));
  CHECK_THAT(refusal(paths), Contains("symbolic link"));
}

TEST_CASE("A directory others can write to is refused") {
  TempDir dir;
  Paths paths = paths_in(dir);
  fs::create_directories(paths.state_dir);
  const mode_t mode = GENERATE(0777, 0770, 01777, 0702);
  REQUIRE(chmod(paths.state_dir.c_str(), mode) == 0);
  CHECK_THAT(refusal(paths), Contains("others can write"));
}

TEST_CASE("A file in the place of a directory is refused") {
  TempDir dir;
  std::ofstream(dir / "run") << "x";
  CHECK_THAT(refusal(paths_in(dir)), Contains("not a directory"));
}

TEST_CASE("Another user's directory is refused") {
  if (geteuid() != 0) {
    skip("only root can make another user's directory");
    return;
  }
  TempDir dir;
  Paths paths = paths_in(dir);
  fs::create_directories(paths.state_dir);
  REQUIRE(chmod(paths.state_dir.c_str(), 0700) == 0);
  REQUIRE(chown(paths.state_dir.c_str(), 12345, 12345) == 0);
  CHECK_THAT(refusal(paths), Contains("user 12345"));
}

}  // namespace
}  // namespace syncq::test
