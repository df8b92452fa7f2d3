#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "cli/base/failure.h"
#include "cli/process/child.h"
#include "cli/process/descendants.h"
#include "cli/process/exec_command.h"
#include "cli/process/pipe.h"
#include "common/process.h"

namespace syncq {
namespace {

// The text after "NAME:\t" of a line of /proc/PID/status (proc(5)).
std::string_view status_field(std::string_view status, std::string_view name) {
  std::size_t at = status.find(fmt::format("\n{}:\t", name));
  if (at == status.npos) return {};
  status.remove_prefix(at + name.size() + 3);
  return status.substr(0, status.find('\n'));
}

std::uint64_t signal_set(std::string_view status, std::string_view name) {
  std::string_view text = status_field(status, name);
  std::uint64_t set = 0;
  constexpr int kHex = 16;
  std::from_chars(text.data(), text.data() + text.size(), set, kHex);
  return set;
}

Pipe command_pipe() {
  std::optional<Pipe> pipe = make_pipe();
  if (!pipe) {
    throw Failure(
        fmt::format("running the command: making a pipe: {}; close "
                    "some files or raise `ulimit -n`",
                    std::strerror(errno)));
  }
  return std::move(*pipe);
}

// Restarts if interrupted by a signal.
template <typename Value>
bool read_value(const UniqueFd& fd, Value& value) {
  ssize_t count = 0;
  do {
    count = read(fd.get(), &value, sizeof value);
  } while (count < 0 && errno == EINTR);
  return count == sizeof value;
}

// In the child.
[[noreturn]] void become_command(Arguments command, const Signals& signals,
                                 const Pipe& gate, const Pipe& error_pipe) {
  signals.restore();
  char go = 0;
  if (!read_value(gate.reader, go)) _exit(kExitOwnFailure);
  int error = exec_command(command);
  ssize_t written = write(error_pipe.writer.get(), &error, sizeof error);
  _exit(written == sizeof error ? exit_code_for_exec(error) : kExitOwnFailure);
}

}  // namespace

Child::Child(Arguments command, const Signals& signals) {
  Pipe gate = command_pipe();
  Pipe error_pipe = command_pipe();
  pid_ = fork();
  if (pid_ < 0) {
    throw Failure(
        fmt::format("running the command: fork: {}; end some "
                    "processes or raise `ulimit -u`",
                    std::strerror(errno)));
  }
  if (pid_ == 0) {
    // Our copy would keep the parent's end from reading as closed.
    gate.writer.reset();
    become_command(command, signals, gate, error_pipe);
  }
  gate_ = std::move(gate.writer);
  gate_reader_ = std::move(gate.reader);
  exec_pipe_ = std::move(error_pipe.reader);
}

int Child::begin() {
  constexpr char kGo = 1;
  // It may have been killed: poll_state() tells.
  if (write(gate_.get(), &kGo, sizeof kGo) != sizeof kGo) return 0;
  gate_.reset();
  gate_reader_.reset();
  int error = 0;
  if (!read_value(exec_pipe_, error)) return 0;
  exec_pipe_.reset();
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  return error;
}

std::optional<ChildState> Child::poll_state() {
  using Kind = ChildState::Kind;
  int status = 0;
  if (ended_ || waitpid(pid_, &status, WNOHANG | WUNTRACED) <= 0) {
    return std::nullopt;
  }
  if (WIFSTOPPED(status)) return ChildState{Kind::kStopped, WSTOPSIG(status)};
  ended_ = true;
  if (WIFSIGNALED(status)) return ChildState{Kind::kKilled, WTERMSIG(status)};
  return ChildState{Kind::kExited, WEXITSTATUS(status)};
}

void Child::signal(int number) {
  if (!ended_) kill(pid_, number);
}

void Child::signal_all(int number) {
  if (ended_) return;
  for (const Process& process : group_below(pid_)) {
    bool known = std::find(signalled_.begin(), signalled_.end(), process) !=
                 signalled_.end();
    if (!known) signalled_.push_back(process);
  }
  for (const Process& process : signalled_) {
    if (find_process(process.pid) == process) kill(process.pid, number);
  }
}

bool Child::is_stopped() const {
  return status_field(read_proc(pid_, "status"), "State").starts_with('T');
}

bool Child::has_pending(int number) const {
  std::string status = read_proc(pid_, "status");
  std::uint64_t bit = std::uint64_t{1} << (number - 1);
  return ((signal_set(status, "SigPnd") | signal_set(status, "ShdPnd")) &
          bit) != 0;
}

}  // namespace syncq
