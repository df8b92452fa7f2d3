// A socket that a service manager made and listens on (sd_listen_fds(3)).

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <optional>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

// In place of systemd, which a container may not have.
class Manager {
 public:
  explicit Manager(Sandbox& box, std::string program = syncq_program())
      : Manager(box, std::move(program), box.socket()) {}
  Manager(Sandbox& box, std::string program, std::string path)
      : box_(box), program_(std::move(program)), path_(std::move(path)) {
    // As systemd does: what is there may be a running daemon's.
    unlink(path_.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) ==
            0);
    REQUIRE(listen(fd_, 16) == 0);
  }
  ~Manager() {
    stop();
    close(fd_);
    unlink(path_.c_str());
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
    for (int each : {0, 1}) dup2(quiet, each);
    dup2(open(errors().c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
    execve(program_.c_str(), const_cast<char* const*>(argv), pointers.data());
    _exit(99);
  }

  // What its daemons write to stderr.
  std::string errors() const { return path_ + ".stderr"; }

  // Its exit status, once it has ended without a signal from us.
  std::optional<int> ended() {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    return status;
  }

  // Once somebody connects.
  void start_again() {
    pollfd connection{fd_, POLLIN, 0};
    REQUIRE(poll(&connection, 1, 10'000) == 1);
    start();
  }

  void stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  Sandbox& box_;
  std::string program_;
  std::string path_;
  int fd_ = -1;
  pid_t pid_ = -1;
};

// Its exit status.
int end_of(Manager& manager) {
  std::optional<int> status;
  REQUIRE(eventually([&] {
    status = manager.ended();
    return status.has_value();
  }));
  return *status;
}

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
    CHECK(end_of(manager) == 0);
    CHECK(exists(box.socket()));
  }
  SECTION("restart leaves it to its maker to start it") {
    Process restart = box.start("exec syncq daemon restart");
    CHECK(end_of(manager) == 0);
    manager.start_again();
    CHECK(restart.wait().code() == 0);
    CHECK(box.ok("syncq --no-spawn run q -- echo again") == "again");
    CHECK(box.daemons_become(1));
  }
  SECTION("restart with options, which its maker does not know, is refused") {
    Process restart = box.start("exec syncq daemon restart --log-level warn");
    CHECK(end_of(manager) == 0);
    manager.start_again();
    Outcome outcome = restart.wait();
    CHECK(outcome.code() == 1);
    CHECK_THAT(outcome.err, Catch::Contains("service manager"));
    CHECK(box.get("/status")["activated"] == true);
  }
}

TEST_CASE("LISTEN_FDS: a socket without a path is refused") {
  Sandbox box;
  Outcome outcome = box.sh(R"(exec perl -MSocket -MPOSIX=dup2 -e '
    $^F = 9;  # kept through exec
    socket my $s, PF_UNIX, SOCK_STREAM, 0 or die;
    bind $s, pack "Sa*", AF_UNIX, "\0$ENV{SYNCQ_SOCKET}" or die;
    listen $s, 9 or die;
    dup2 fileno $s, 3 or die;
    @ENV{qw(LISTEN_PID LISTEN_FDS)} = ($$, 1);
    exec qw(syncq daemon run)')");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Catch::Contains("it has no path; name one"));
  CHECK(box.daemons_become(0));
}

TEST_CASE("LISTEN_FDS: a daemon that a command started gives way") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process waiter = box.start("exec syncq run q -- echo mine");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  const pid_t first = box.daemon_pid();
  Manager manager(box);
  Process asks = box.start("exec syncq --no-spawn status -o json");
  manager.start_again();
  CHECK_THAT(asks.wait().out, Catch::Contains("\"activated\":true"));
  CHECK(box.daemon_pid() != first);
  CHECK(box.daemons_become(1));
  CHECK(exists(box.socket()));
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  box.let_go(holder);
  CHECK(waiter.wait().out == "mine\n");
}

TEST_CASE(
    "LISTEN_FDS: clients with another socket find the one it gave way to") {
  Sandbox box;
  box.env()["SYNCQ_SOCKET"] = box.path("other");
  Process holder = box.hold_turn("q");
  box.env()["SYNCQ_SOCKET"] = box.socket();
  Manager manager(box);
  Process asks = box.start("exec syncq --no-spawn run -n q -- true");
  manager.start_again();
  CHECK(asks.wait().code() == 75);
  CHECK(box.ok("unset SYNCQ_SOCKET; syncq --no-spawn status -o json | "
               "jq -r .socket") == box.socket());
  box.let_go(holder);
}

TEST_CASE("LISTEN_FDS: two service managers' daemons do not end each other") {
  Sandbox box;
  Manager first(box);
  first.start();
  Process holder = box.hold_turn("q");
  const pid_t serving = box.daemon_pid();
  Manager second(box, syncq_program(), box.path("second"));
  // Each would start its own at every connection.
  for (int i = 0; i < 2; ++i) {
    second.start();
    CHECK(WEXITSTATUS(end_of(second)) == 1);
  }
  CHECK_THAT(read_file(second.errors()),
             Catch::Contains("(pid " + std::to_string(serving) + ") serves") &&
                 Catch::Contains("a SYNCQ_STATE_DIR of its own"));
  CHECK_FALSE(first.ended());
  CHECK(box.daemon_pid() == serving);
  // Clients without a socket of their own still find the one that serves.
  CHECK(box.ok("unset SYNCQ_SOCKET; syncq --no-spawn status -o json | "
               "jq -r .socket") == box.socket());
  box.let_go(holder);
}

TEST_CASE("LISTEN_FDS: a newer client replaces the daemon if its file was") {
  Sandbox box;
  const std::string installed = box.path("installed");
  std::filesystem::copy_file(syncq_program(), installed);
  Manager manager(box, installed);
  manager.start();
  const std::string newer_client = "exec " + newer_program() + " fifo ls";
  SECTION("it was not: the same would be started again") {
    CHECK(box.sh(newer_client).code() == 0);
    CHECK_FALSE(manager.ended());
    CHECK(box.ok("syncq --no-spawn run q -- echo hi") == "hi");
  }
  SECTION("it was") {
    std::filesystem::copy_file(newer_program(), box.path("next"));
    box.ok("mv next installed");
    const std::string version = "exec syncq status -o json | jq -r .version";
    CHECK(box.sh(newer_program() + " fifo ls").code() == 0);
    CHECK(end_of(manager) == 0);
    Process asks = box.start(version);
    manager.start_again();
    CHECK(asks.wait().out == "99.0.0\n");
  }
}
