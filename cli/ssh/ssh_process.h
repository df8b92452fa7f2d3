#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/base/deadline.h"
#include "cli/ssh/last_words.h"
#include "common/unique_fd.h"

namespace syncq {

// A running ssh(1), or what SYNCQ_SSH names in its place. Killed, and waited
// for, with this object. It stays in our process group, so that it may ask on
// the terminal. One thread.
class SshProcess {
 public:
  enum class Use {
    kLogin,    // may ask something, and ends when we do, however we end
    kCarrier,  // outlives them, so that the daemon can be told of our end
  };
  // Starts it with these arguments. Throws Failure.
  explicit SshProcess(const std::vector<std::string>& arguments,
                      Use use = Use::kCarrier);
  ~SshProcess();
  SshProcess(const SshProcess&) = delete;
  SshProcess& operator=(const SshProcess&) = delete;

  // A non-blocking, close-on-exec socket: its stdin and stdout. To be called
  // once. To be closed before this object ends.
  UniqueFd take_fd() { return std::move(fd_); }

  // Its exit code, or 128 + the signal that ended it, as shells have it;
  // nullopt if it still runs at the deadline.
  std::optional<int> exit_code(Deadline deadline);

  // Waits for the end of a login, and returns its exit code; ends it at the
  // limit, nullopt. If it asks, and we are interrupted or stopped on the
  // terminal, we are so only after it: it has to restore the terminal first.
  std::optional<int> await_login(bool asks, Deadline limit);

  // The last lines that it wrote to stderr, in one.
  std::string last_words();

 private:
  UniqueFd fd_;
  std::optional<LastWords> words_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace syncq
