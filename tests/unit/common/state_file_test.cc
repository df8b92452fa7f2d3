#include "common/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "common/paths.h"
#include "daemon/process/instance_lock.h"
#include "daemon/process/log.h"
#include "tests/unit/files.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

using Catch::Matchers::Contains;

// A state directory with a link in place of one of its files.
struct Linked {
  explicit Linked(const std::string& name) : path(dir / name) {
    write_file(target, "precious\n");
    std::filesystem::create_symlink(target, path);
  }

  TempDir dir;
  std::string target = dir / "target";
  std::string path;
};

TEST_CASE("A state file is made for the user alone, whatever the umask") {
  TempDir dir;
  mode_t before = umask(0);
  UniqueFd fd = open_state_file(dir / "x", O_RDWR | O_CREAT);
  umask(before);
  struct stat info {};
  REQUIRE(fstat(fd.get(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
}

TEST_CASE("A lock that is a symbolic link is refused, its target left") {
  Linked link("daemon.lock");
  LockHolder holder;
  CHECK_THROWS_WITH(InstanceLock::acquire(link.path, false, holder),
                    Contains(link.path) && Contains("symbolic link"));
  CHECK(read_file(link.target) == "precious\n");
}

TEST_CASE("A log that is a symbolic link is refused, its target left") {
  Linked link("daemon.log");
  CHECK_THROWS_WITH(Log(link.path, "info", false),
                    Contains(link.path) && Contains("symbolic link"));
  CHECK(read_file(link.target) == "precious\n");
}

TEST_CASE("A socket's path is not read through a symbolic link") {
  Linked link("socket.path");
  Paths paths;
  paths.state_dir = link.dir.path();
  CHECK_FALSE(read_socket_pointer(paths));
  std::filesystem::remove(link.path);
  CHECK_FALSE(read_socket_pointer(paths));
  write_file(link.path, "/run/x.sock\n");
  CHECK(read_socket_pointer(paths) == "/run/x.sock");
}

TEST_CASE("Why a state file can't be had comes with a way out") {
  CHECK_THAT(explain_state_file(ELOOP), Contains("remove it"));
  CHECK_THAT(explain_state_file(ENOSPC), Contains("make room"));
  CHECK_THAT(explain_state_file(EROFS), Contains("SYNCQ_STATE_DIR"));
}

}  // namespace
}  // namespace syncq::test
