#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/ssh/ssh_process.h"
#include "common/characters.h"
#include "common/environment.h"

namespace syncq {
namespace {

// The last words of ssh are short; what stands before them is noise.
constexpr std::size_t kMostWords = 1024;
constexpr std::size_t kMostLines = 2;

Failure cannot_start(int error) {
  return Failure(fmt::format(
      "starting ssh: {}; {}", std::strerror(error),
      error == ENOENT ? "install it (Debian's openssh-client), or name it in "
                        "SYNCQ_SSH"
                      : "see `ulimit -a`"));
}

// A command line in SYNCQ_SSH is for the shell, as in GIT_SSH_COMMAND.
std::vector<std::string> command_line(const std::vector<std::string>& words) {
  std::string_view own = env("SYNCQ_SSH");
  std::vector<std::string> all;
  if (own.empty()) {
    all = {"ssh"};
  } else {
    all = {"/bin/sh", "-c", std::string("exec ") + std::string(own) + " \"$@\"",
           "ssh"};
  }
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

// What comes to the whole process group is for the command, which is told of
// through ssh. One that logs in restores the terminal by them.
sigset_t blocked_in_ssh(SshProcess::Use use) {
  sigset_t set;
  sigemptyset(&set);
  if (use == SshProcess::Use::kLogin) return set;
  for (int number : {SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP}) {
    sigaddset(&set, number);
  }
  return set;
}

int spawn(const std::vector<std::string>& words, SshProcess::Use use, int stdio,
          int errors, pid_t& pid) {
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, stdio, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, stdio, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t blocked = blocked_in_ssh(use);
  posix_spawnattr_setsigmask(&attributes, &blocked);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  int error =
      posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

SshProcess::SshProcess(const std::vector<std::string>& arguments, Use use)
    : stderr_(above_stdio(UniqueFd(memfd_create("ssh", MFD_CLOEXEC)))) {
  int ends[2];
  if (!stderr_ ||
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw cannot_start(errno);
  }
  fd_ = above_stdio(UniqueFd(ends[0]));
  UniqueFd its = above_stdio(UniqueFd(ends[1]));
  fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
  int error =
      spawn(command_line(arguments), use, its.get(), stderr_.get(), pid_);
  if (error != 0) throw cannot_start(error);
}

SshProcess::~SshProcess() {
  fd_.reset();
  if (exit_code(Deadline::after(Duration::zero()))) return;
  // Nothing is under way any more, and TERM is blocked.
  kill(pid_, SIGKILL);
  exit_code(Deadline::after(kNetworkBound));
}

std::optional<int> SshProcess::exit_code(Deadline deadline) {
  std::chrono::milliseconds pause(1);
  constexpr std::chrono::milliseconds kLongest(50);
  while (!exit_code_) {
    int status = 0;
    pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended < 0 && errno != EINTR) {
      // Our parent has us ignore SIGCHLD: nothing is kept of the dead.
      exit_code_ = kExitOwnFailure;
    } else if (ended > 0) {
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status)
                                     : kExitSignalBase + WTERMSIG(status);
    } else if (deadline.passed()) {
      break;
    } else {
      poll(nullptr, 0, static_cast<int>(pause.count()));
      pause = std::min(pause * 2, kLongest);
    }
  }
  return exit_code_;
}

int SshProcess::await_login() {
  // Whatever it runs there has nothing to read.
  fd_.reset();
  sigset_t held;
  sigset_t before;
  sigemptyset(&held);
  for (int number : {SIGINT, SIGQUIT, SIGTSTP}) sigaddset(&held, number);
  pthread_sigmask(SIG_BLOCK, &held, &before);
  int status = 0;
  for (;;) {
    pid_t changed = waitpid(pid_, &status, WUNTRACED);
    if (changed < 0 && errno == EINTR) continue;
    if (changed < 0 || !WIFSTOPPED(status)) break;
    raise(SIGSTOP);
  }
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : kExitOwnFailure;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return *exit_code_;
}

std::string SshProcess::last_words() const {
  off_t size = lseek(stderr_.get(), 0, SEEK_END);
  auto length = std::min(static_cast<off_t>(kMostWords), size);
  std::string text(static_cast<std::size_t>(std::max<off_t>(length, 0)), '\0');
  ssize_t count = pread(stderr_.get(), text.data(), text.size(), size - length);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  std::vector<std::string> lines;
  for (std::size_t end = text.size(); lines.size() < kMostLines && end > 0;) {
    std::size_t begin = text.find_last_of("\r\n", end - 1);
    begin = begin == text.npos ? 0 : begin + 1;
    if (begin < end) lines.push_back(sanitize(text.substr(begin, end - begin)));
    end = begin == 0 ? 0 : begin - 1;
  }
  std::string words;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!words.empty()) words += " · ";
    words += *line;
  }
  return words;
}

}  // namespace syncq
