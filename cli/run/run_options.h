#pragma once

#include <optional>
#include <string>

#include "cli/base/arguments.h"
#include "cli/client/target.h"
#include "cli/options/terms_options.h"
#include "common/clock.h"

namespace syncq {

// The options of `syncq run`.
struct RunOptions {
  ClientOptions client;
  std::string name;
  // The words after `--`; ends with a nullptr.
  Arguments command;
  bool nowait = false;
  // nullopt: as long as it takes.
  std::optional<Duration> wait;
  int conflict_code = 75;
  std::string slots;
  TermsOptions terms;
  std::string preempt;  // as add_preempt_option has it
  std::optional<Duration> timeout;
  std::optional<Duration> kill_after;
  std::string label;
  // In a turn of the same FIFO: "refuse" if it would wait for itself, run
  // "within" that turn, or "wait" all the same.
  std::string nested = "refuse";
  // Tell the user when the turn comes after a long wait.
  bool notify = false;
  // A shell command to run once if there is a wait; "" for none.
  std::string on_wait;
  // If a child can't execute the command; nullopt: as in a shell.
  std::optional<int> exec_failed_code;
};

// Parses them. An int is the exit code to end with: --help or an error has been
// printed.
std::optional<int> parse_run_options(Arguments arguments, RunOptions& options);

}  // namespace syncq
