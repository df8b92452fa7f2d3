#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/ssh/ssh_process.h"
#include "common/characters.h"
#include "common/environment.h"

namespace syncq {
namespace {

// The last words of ssh are short; what stands before them is noise.
constexpr std::size_t kMostLines = 2;
constexpr int kPauseMs = 10;
// For an ssh to restore the terminal.
constexpr Duration kTermBound = std::chrono::seconds(1);

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

// In the child: async-signal-safe only, as other threads may exist.
[[noreturn]] void become(char* const* argv, SshProcess::Use use, int stdio,
                         int errors, pid_t parent, int failed) {
  sigset_t blocked = blocked_in_ssh(use);
  sigprocmask(SIG_SETMASK, &blocked, nullptr);
  // A carrier ends at the end of its stdin, and has the daemon told.
  if (use == SshProcess::Use::kLogin) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(kExitOwnFailure);
  }
  dup2(stdio, STDIN_FILENO);
  dup2(stdio, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execvp(argv[0], argv);
  int error = errno;
  (void)!write(failed, &error, sizeof error);
  _exit(kExitNotFound);
}

// The errno of a failure, or 0.
int spawn(const std::vector<std::string>& words, SshProcess::Use use, int stdio,
          int errors, pid_t& pid) {
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  UniqueFd reader = above_stdio(UniqueFd(ends[0]));
  UniqueFd writer = above_stdio(UniqueFd(ends[1]));
  if (!reader || !writer) return errno;
  const pid_t self = getpid();
  pid = fork();
  if (pid < 0) return errno;
  if (pid == 0) become(argv.data(), use, stdio, errors, self, writer.get());
  writer.reset();
  int error = 0;
  while (read(reader.get(), &error, sizeof error) < 0 && errno == EINTR) {
  }
  if (error != 0) waitpid(pid, nullptr, 0);
  return error;
}

}  // namespace

SshProcess::SshProcess(const std::vector<std::string>& arguments, Use use) {
  try {
    words_.emplace();
  } catch (const std::system_error& error) {
    throw cannot_start(error.code().value());
  }
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw cannot_start(errno);
  }
  fd_ = above_stdio(UniqueFd(ends[0]));
  UniqueFd its = above_stdio(UniqueFd(ends[1]));
  fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
  int error =
      spawn(command_line(arguments), use, its.get(), words_->writer(), pid_);
  words_->close_writer();
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

std::optional<int> SshProcess::await_login(bool asks, Deadline limit) {
  // Whatever it runs there has nothing to read.
  fd_.reset();
  sigset_t held;
  sigset_t before;
  sigemptyset(&held);
  for (int number : {SIGINT, SIGQUIT, SIGTSTP}) {
    if (asks) sigaddset(&held, number);
  }
  pthread_sigmask(SIG_BLOCK, &held, &before);
  const int options = WUNTRACED | (limit.is_never() ? 0 : WNOHANG);
  while (!exit_code_ && !limit.passed()) {
    int status = 0;
    pid_t changed = waitpid(pid_, &status, options);
    if (changed == 0) {
      poll(nullptr, 0, kPauseMs);
    } else if (changed > 0 && WIFSTOPPED(status)) {
      raise(SIGSTOP);
    } else if (changed > 0 || errno != EINTR) {
      bool exited = changed > 0 && WIFEXITED(status);
      exit_code_ = exited ? WEXITSTATUS(status) : kExitOwnFailure;
    }
  }
  const std::optional<int> code = exit_code_;
  if (!code) {
    // Not KILL: it has to restore the terminal.
    kill(pid_, SIGTERM);
    exit_code(Deadline::after(kTermBound));
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return code;
}

std::string SshProcess::last_words() {
  std::string text = words_->text();
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
