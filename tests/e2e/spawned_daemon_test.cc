// The state of a daemon that a client started, and what it must not inherit
// from that client.

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

namespace fs = std::filesystem;

std::string proc(pid_t pid, const std::string& name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

std::string fd_target(pid_t pid, int fd) {
  std::error_code ec;
  return fs::read_symlink(proc(pid, "fd/" + std::to_string(fd)), ec);
}

// The words of /proc/PID/stat after the name: [0] is the state.
std::vector<std::string> stat_fields(pid_t pid) {
  std::string stat = read_file(proc(pid, "stat"));
  std::istringstream rest(stat.substr(stat.rfind(')') + 2));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

}  // namespace

TEST_CASE("a spawned daemon has no inherited file") {
  Sandbox box;
  write_file(box.path("leak"), "");
  box.ok("exec 5<leak 6>leak 7<leak 200<leak; echo | syncq fifo ls | cat");
  pid_t pid = box.daemon_pid();
  REQUIRE(pid > 0);
  for (int fd : {0, 1, 2}) CHECK(fd_target(pid, fd) == "/dev/null");
  for (const auto& entry : fs::directory_iterator(proc(pid, "fd"))) {
    std::error_code ec;
    std::string target = fs::read_symlink(entry.path(), ec);
    INFO(entry.path() << " -> " << target);
    // libuv's own pipe carries its signals; it is not inherited.
    CHECK(target != box.path("leak"));
    CHECK(target.find("/.runs/") == target.npos);
  }
  CHECK_FALSE(fs::exists(proc(pid, "fd/200")));
}

TEST_CASE("a spawned daemon: cwd, umask, session, terminal, environment") {
  Sandbox box;
  box.ok(
      "export MAKEFLAGS='-j --jobserver-auth=3,4' MAKELEVEL=1 "
      "SYNCQ_TICKET=outer GIT_DIR=/x; umask 0; syncq fifo ls");
  pid_t pid = box.daemon_pid();
  REQUIRE(pid > 0);
  CHECK(fs::read_symlink(proc(pid, "cwd")) == "/");
  CHECK_THAT(read_file(proc(pid, "status")), Catch::Contains("Umask:\t0077"));

  std::vector<std::string> fields = stat_fields(pid);
  REQUIRE(fields.size() > 4);
  std::string group = fields[2];
  std::string session = fields[3];
  CHECK(session == group);
  // Its own session, which it does not lead: it can't acquire a terminal.
  CHECK(session != std::to_string(getsid(0)));
  CHECK(session != std::to_string(pid));
  CHECK(fields[4] == "0");

  std::string environment = read_file(proc(pid, "environ"));
  for (const char* each :
       {"MAKEFLAGS=", "MAKELEVEL=", "SYNCQ_TICKET=", "GIT_DIR="}) {
    CHECK_THAT(environment, !Catch::Contains(each));
  }
}

TEST_CASE("a spawned daemon has default signals, whatever its client's") {
  Sandbox box;
  box.ok(
      "trap '' TERM INT HUP; "
      "exec env --block-signal=TERM,USR1 syncq fifo ls");
  pid_t pid = box.daemon_pid();
  REQUIRE(pid > 0);
  std::string status = read_file(proc(pid, "status"));
  CHECK_THAT(status, Catch::Contains("SigBlk:\t0000000000000000"));
  // It still ends on TERM; the sandbox's end relies on that too.
  box.ok("kill -TERM " + std::to_string(pid));
  CHECK(eventually([&] { return !alive(pid); }));
}

TEST_CASE("the daemon's files are its owner's alone") {
  Sandbox box;
  box.ok("umask 0; syncq fifo ls");
  CHECK(box.ok("stat -c %a state") == "700");
  CHECK(box.ok("stat -c %a s") == "600");
  CHECK(box.ok("find state -type f -perm /077") == "");
}

TEST_CASE("a command of run is not the daemon's parent, nor reaps it") {
  Sandbox box;
  // It waits for all its children: the daemon must be none of them.
  const std::string children =
      box.ok("exec syncq run q -- sh -c 'wait; ps -o args= --ppid $$; true'");
  CHECK_THAT(children, Catch::Contains("ps -o args="));
  CHECK_THAT(children, !Catch::Contains("syncq"));
  CHECK(box.daemons_become(1));
}
