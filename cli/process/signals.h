#pragma once

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/types.h>

#include <initializer_list>
#include <optional>

#include "common/unique_fd.h"

namespace syncq {

// The signals we take over: blocked and read from an fd, so that none is lost
// and none interrupts. restore() gives the command what we inherited. One per
// process.
class Signals {
 public:
  Signals();
  // Only these, and of them only those that are not ignored here.
  explicit Signals(std::initializer_list<int> numbers);
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Readable when a signal has come.
  int fd() const { return fd_.get(); }
  // The next signal; nullopt if there is none now.
  std::optional<signalfd_siginfo> take();
  // Mask and dispositions as this process inherited them. For the child,
  // before its exec.
  void restore() const;

 private:
  void take_over(const sigset_t& set);

  sigset_t inherited_mask_;
  struct sigaction inherited_child_;
  UniqueFd fd_;
};

// Whether to pass a signal on to the command. One from the terminal, or sent to
// the whole process group, reaches it anyway. `waits_there`: the same signal is
// pending at the command right now.
bool should_forward(const signalfd_siginfo& signal, pid_t command,
                    bool waits_there);

// Ends or stops this process by `number`, as the command was: its parent sees
// no difference. Returns if that has no effect, or after a stop.
void reraise_default(int number);

}  // namespace syncq
