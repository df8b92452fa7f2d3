#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/base/failure.h"
#include "cli/process/descendants.h"
#include "cli/process/pipe.h"
#include "cli/queue/message_command.h"

extern char** environ;

namespace syncq {
namespace {

constexpr std::string_view kPlaceholder = "{}";

Failure cannot_run(std::string_view what) {
  return Failure(
      fmt::format("running the command: {}: {}; close some files, "
                  "end some processes, or use a smaller -j",
                  what, std::strerror(errno)));
}

// A file in memory that holds the message, at its beginning.
UniqueFd file_of(std::string_view body) {
  UniqueFd fd =
      above_stdio(UniqueFd(memfd_create("syncq message", MFD_CLOEXEC)));
  if (!fd) throw cannot_run("keeping the message");
  while (!body.empty()) {
    ssize_t count = write(fd.get(), body.data(), body.size());
    if (count < 0) throw cannot_run("keeping the message");
    body.remove_prefix(static_cast<std::size_t>(count));
  }
  lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> all;
  for (const std::string& word : words) {
    all.push_back(const_cast<char*>(word.c_str()));
  }
  return all;
}

std::vector<char*> environment_with(const std::vector<std::string>& own) {
  std::vector<char*> all = pointers(own);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view theirs = *entry;
    theirs = theirs.substr(0, theirs.find('='));
    bool ours = false;
    for (std::string_view entry_of_own : own) {
      ours |= entry_of_own.substr(0, entry_of_own.find('=')) == theirs;
    }
    if (!ours) all.push_back(*entry);
  }
  all.push_back(nullptr);
  return all;
}

// In the child: async-signal-safe only, as other threads exist at the fork.
[[noreturn]] void become(char* const* words, char* const* environment,
                         int input, int error_fd, const Signals& signals) {
  signals.restore();
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGINT, &ignore, nullptr);
  int error = 0;
  if (dup2(input, STDIN_FILENO) < 0) {
    error = errno;
  } else {
    execvpe(words[0], words, environment);
    error = errno;
  }
  (void)!write(error_fd, &error, sizeof error);
  _exit(kExitNotFound);
}

}  // namespace

bool has_placeholder(Arguments words) {
  for (std::string_view word : words.subspan(1)) {
    if (word.find(kPlaceholder) != word.npos) return true;
  }
  return false;
}

std::vector<std::string> fill_in(Arguments words, std::string_view message) {
  if (message.ends_with('\n')) message.remove_suffix(1);
  std::vector<std::string> filled;
  for (std::string_view word : words) {
    std::string text(word);
    std::size_t at = filled.empty() ? text.npos : text.find(kPlaceholder);
    while (at != text.npos) {
      text.replace(at, kPlaceholder.size(), message);
      at = text.find(kPlaceholder, at + message.size());
    }
    filled.push_back(std::move(text));
  }
  return filled;
}

MessageCommand::MessageCommand(const CommandInput& input,
                               const Signals& signals) {
  UniqueFd file = file_of(input.body);
  std::optional<Pipe> errors = make_pipe();
  if (!errors) throw cannot_run("making a pipe");
  std::vector<char*> words = pointers(input.words);
  words.push_back(nullptr);
  std::vector<char*> environment = environment_with(input.environment);
  pid_ = fork();
  if (pid_ < 0) throw cannot_run("fork");
  if (pid_ == 0) {
    become(words.data(), environment.data(), file.get(), errors->writer.get(),
           signals);
  }
  pidfd_ =
      above_stdio(UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0))));
  errors->writer.reset();
  while (read(errors->reader.get(), &exec_error_, sizeof exec_error_) < 0 &&
         errno == EINTR) {
  }
  if (exec_error_ != 0) {
    wait();
  } else if (!pidfd_) {
    Failure failure = cannot_run("watching it with pidfd_open(2)");
    kill(pid_, SIGKILL);
    wait();
    throw failure;
  }
}

MessageCommand::~MessageCommand() {
  if (pid_ > 0 && !ended_) end(Duration::zero());
}

int MessageCommand::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  return status;
}

void MessageCommand::end(Duration grace) {
  std::vector<Process> all = group_below(pid_);
  auto send = [&all](int number) {
    for (const Process& process : all) {
      if (find_process(process.pid) == process) kill(process.pid, number);
    }
  };
  send(SIGTERM);
  send(SIGCONT);
  pollfd ended{pidfd_.get(), POLLIN, 0};
  if (poll(&ended, 1, Deadline::after(grace).poll_ms()) <= 0) {
    for (const Process& process : group_below(pid_)) all.push_back(process);
    send(SIGKILL);
  }
  wait();
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) {
    return fmt::format("was killed by signal {}", WTERMSIG(status));
  }
  return fmt::format("exited with {}", WEXITSTATUS(status));
}

}  // namespace syncq
