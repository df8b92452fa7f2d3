// A socket that a service manager made and listens on (sd_listen_fds(3)).

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <optional>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

// In place of systemd, which a container may not have.
class Manager {
 public:
  explicit Manager(Sandbox& box) : box_(box) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    box.socket().copy(address.sun_path, sizeof address.sun_path - 1);
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) ==
            0);
    REQUIRE(listen(fd_, 16) == 0);
  }
  ~Manager() {
    stop();
    close(fd_);
    unlink(box_.socket().c_str());
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  void start() {
    std::vector<std::string> entries;
    for (const auto& [name, value] : box_.env()) {
      entries.push_back(name + "=" + value);
    }
    pid_ = fork();
    if (pid_ != 0) return;
    entries.push_back("LISTEN_PID=" + std::to_string(getpid()));
    entries.push_back("LISTEN_FDS=1");
    std::vector<char*> pointers;
    for (std::string& entry : entries) pointers.push_back(entry.data());
    pointers.push_back(nullptr);
    if (fd_ == 3) {
      fcntl(fd_, F_SETFD, 0);
    } else {
      dup2(fd_, 3);
    }
    const char* argv[] = {"syncq",       "daemon", "run",
                          "--idle-exit", "2s",     nullptr};
    int quiet = open("/dev/null", O_RDWR);
    for (int each : {0, 1, 2}) dup2(quiet, each);
    execve(syncq_program().c_str(), const_cast<char* const*>(argv),
           pointers.data());
    _exit(99);
  }

  // Its exit status, once it has ended without a signal from us.
  std::optional<int> ended() {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    return status;
  }

  void stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  Sandbox& box_;
  int fd_ = -1;
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("LISTEN_FDS: the daemon serves the socket it was given", "[slow]") {
  Sandbox box;
  Manager manager(box);
  manager.start();
  CHECK(box.ok("syncq --no-spawn run q -- echo hi") == "hi");
  CHECK(box.get("/status")["pid"].is_number());
  SECTION("stop leaves the socket to its maker, who starts it again") {
    manager.stop();
    CHECK(exists(box.socket()));
    Process early = box.start("exec syncq --no-spawn run q -- echo again");
    manager.start();
    CHECK(early.wait().out == "again\n");
  }
  SECTION("idle, it ends with 0 and leaves the socket") {
    std::optional<int> status;
    REQUIRE(eventually([&] {
      status = manager.ended();
      return status.has_value();
    }));
    CHECK(*status == 0);
    CHECK(exists(box.socket()));
  }
}
