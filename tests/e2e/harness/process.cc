#include "tests/e2e/harness/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <sstream>
#include <vector>

namespace syncq::e2e {
namespace {

constexpr int kSignalBase = 128;

[[noreturn]] void become(const char* const* argv, char* const* environment,
                         const char* directory, const std::string& files) {
  setpgid(0, 0);
  for (int number = 1; number < NSIG; ++number) std::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  int in = open("/dev/null", O_RDONLY);
  int out = open((files + ".out").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  int err = open((files + ".err").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (chdir(directory) != 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
      dup2(err, 2) < 0) {
    _exit(99);
  }
  // Not even fds that our caller leaked: a test compares lists of files.
  close_range(3, ~0U, 0);
  execve("/bin/bash", const_cast<char* const*>(argv), environment);
  _exit(99);
}

}  // namespace

int Outcome::code() const {
  return WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status)
                             : WEXITSTATUS(status);
}

int Outcome::signal() const {
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

Process::Process(const std::string& script, const Environment& environment,
                 const std::string& directory, std::string files)
    : files_(std::move(files)) {
  std::vector<std::string> entries;
  for (const auto& [name, value] : environment) {
    entries.push_back(name + "=" + value);
  }
  std::vector<char*> pointers;
  for (std::string& entry : entries) pointers.push_back(entry.data());
  pointers.push_back(nullptr);
  const char* argv[] = {"bash", "-c", script.c_str(), nullptr};
  pid_ = fork();
  if (pid_ == 0) become(argv, pointers.data(), directory.c_str(), files_);
  if (pid_ < 0) throw std::runtime_error("fork failed");
  setpgid(pid_, pid_);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      files_(std::move(other.files_)),
      status_(other.status_) {}

Process::~Process() {
  if (pid_ < 0 || status_) return;
  kill(-pid_, SIGKILL);
  reap(true);
}

void Process::reap(bool block) {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, block ? 0 : WNOHANG) == pid_) {
    status_ = status;
  }
}

bool Process::running() {
  reap(false);
  return !status_;
}

void Process::signal(int number) const { REQUIRE(kill(pid_, number) == 0); }

Outcome Process::wait(Milliseconds within) {
  if (!status_) {
    int fd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    pollfd ended{fd, POLLIN, 0};
    int ready = poll(&ended, 1, static_cast<int>(within.count()));
    close(fd);
    if (ready <= 0) {
      kill(-pid_, SIGKILL);
      reap(true);
      FAIL("it did not end in time\nstdout: " << out()
                                              << "\nstderr: " << err());
    }
    reap(true);
  }
  return {*status_, out(), err()};
}

std::string Process::out() const { return read_file(files_ + ".out"); }

std::string Process::err() const { return read_file(files_ + ".err"); }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

bool exists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

}  // namespace syncq::e2e
