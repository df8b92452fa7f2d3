#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/base/arguments.h"
#include "cli/base/deadline.h"
#include "cli/process/signals.h"
#include "common/process.h"
#include "common/unique_fd.h"

namespace syncq {

// `words` with each "{}" in all but the first replaced by the message, less
// one final newline.
std::vector<std::string> fill_in(Arguments words, std::string_view message);

// Whether some word but the first has a "{}".
bool has_placeholder(Arguments words);

// The command's arguments, environment and input.
struct CommandInput {
  std::vector<std::string> words;
  // NAME=VALUE; each replaces our own variable of that name.
  std::vector<std::string> environment;
  std::string_view body;  // its stdin
};

// A command that handles one message: a child in our own process group, its
// stdin a file of the message's bytes, which it need not read. It ignores
// SIGINT: we handle Ctrl-C. Waited for, or killed, at destruction. Several
// threads may have one each.
class MessageCommand {
 public:
  // Forks and execs. Throws Failure if there is no memory or process left.
  MessageCommand(const CommandInput& input, const Signals& signals);
  ~MessageCommand();
  MessageCommand(const MessageCommand&) = delete;
  MessageCommand& operator=(const MessageCommand&) = delete;

  // The errno of a failed exec; 0 if it runs.
  int exec_error() const { return exec_error_; }
  // Readable when it has ended.
  int fd() const { return pidfd_.get(); }
  // Waits for its end; the status as wait(2) has it.
  int wait();
  // Sends TERM to it and what it has started in our process group; KILL to
  // those left after `grace`. Returns when it has ended.
  void end(Duration grace);

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int exec_error_ = 0;
  UniqueFd pidfd_;
};

// "exited with 3" or "was killed by signal 9" of a status of wait(2).
std::string describe_status(int status);

}  // namespace syncq
