#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "cli/base/arguments.h"
#include "cli/process/signals.h"
#include "common/process.h"

namespace syncq {

// What became of the command.
struct ChildState {
  enum class Kind { kRunning, kStopped, kExited, kKilled };

  Kind kind = Kind::kRunning;
  // The exit code, or the number of the signal.
  int value = 0;
};

// The command as a child in our own process group. Not waited for at
// destruction: it may outlive us.
class Child {
 public:
  // Forks; the child restores the signals and waits for begin(). If we die
  // first, it ends and the command never ran. Throws Failure if the fork fails.
  Child(Arguments command, const Signals& signals);

  pid_t pid() const { return pid_; }
  // Lets it exec. Returns the errno of a failed exec; 0 if the command runs or
  // the child was killed before.
  int begin();
  // The latest change; nullopt if nothing has changed.
  std::optional<ChildState> poll_state();
  // Sends it a signal while it lives.
  void signal(int number);
  // Signals it and what it has started in our process group, as timeout(1) does
  // its whole group; ours has processes that are not ours to signal. Those that
  // the last call found are signalled too, though they may be orphans now.
  void signal_all(int number);
  // Whether it is stopped right now, whatever poll_state() last returned.
  bool is_stopped() const;
  // Whether this signal is pending there.
  bool has_pending(int number) const;

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  std::vector<Process> signalled_;
  UniqueFd gate_;
  UniqueFd gate_reader_;  // a write to a dead child would raise SIGPIPE
  UniqueFd exec_pipe_;
};

}  // namespace syncq
