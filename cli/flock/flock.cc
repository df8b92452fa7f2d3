#include <fcntl.h>
#include <fmt/format.h>
#include <sysexits.h>

#include <cerrno>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/flock/descriptor_turn.h"
#include "cli/flock/file_lock.h"
#include "cli/flock/flock_command.h"
#include "cli/flock/flock_options.h"
#include "cli/flock/flock_turn.h"
#include "cli/process/exec_command.h"
#include "cli/run/command_turn.h"
#include "cli/run/run_options.h"
#include "cli/run/supervise.h"

namespace syncq {
namespace {

// The command has the lock, too: it ends with the last process that has it.
void let_inherit(int fd) { fcntl(fd, F_SETFD, 0); }

int become_command(const FlockOptions& options, int file) {
  if (options.verbose) {
    say(fmt::format("executing {}", options.command[0]));
  }
  if (!options.close) let_inherit(file);
  const int error = exec_command(options.command);
  report_exec_error(options.command, error);
  return error == ENOMEM ? EX_OSERR : EX_UNAVAILABLE;
}

// With -o, or if the connection is the lease: that or the lock needs a process
// that keeps it.
int supervise_command(Client& client, const FlockOptions& options,
                      FileTurn taken, int file) {
  HoldQuery again = std::move(taken.query);
  again.exec = false;
  again.ticket = taken.turn->grant.ticket;
  again.create = false;
  RunOptions run;
  run.name = options.file;
  run.command = options.command;
  run.exec_failed_code = EX_UNAVAILABLE;
  if (!options.close) let_inherit(file);
  return supervise(client, std::move(*taken.turn), std::move(again), run);
}

int run_locked(const FlockOptions& options) {
  // Without O_CLOEXEC only once it is the command's.
  UniqueFd file = open_lock_file(options.file);
  // As with flock(1), a file just opened has nothing to unlock.
  if (options.unlock) return become_command(options, file.get());
  // Never destroyed: see run_command().
  static Client& client = *new Client(options.client);
  const auto began = Deadline::Clock::now();
  FileTurn taken =
      take_file(client, options, file.get(), default_label(options.command));
  if (options.verbose) {
    std::chrono::duration<double> took = Deadline::Clock::now() - began;
    say(fmt::format("getting the turn took {:.6f} seconds", took.count()));
  }
  if (taken.turn) {
    tell_command(*taken.turn);
    if (!taken.query.exec || !taken.turn->grant.process_lease) {
      return supervise_command(client, options, std::move(taken), file.get());
    }
  }
  return become_command(options, file.get());
}

int report(const FlockOptions& options, const Failure& failure) {
  const int code = failure.exit_code();
  const bool not_in_time = code == kExitNotInTime;
  if (!not_in_time || options.verbose) {
    const std::string what =
        options.descriptor ? std::to_string(*options.descriptor) : options.file;
    say(fmt::format("flock {}: {}", what, failure.what()));
  }
  if (not_in_time) return options.conflict_code;
  // -n and -w alone may end with 1, and CMD with what the client has else.
  const bool of_flock = code >= EX_USAGE && code <= EX_CANTCREAT;
  return of_flock ? code : EX_OSERR;
}

}  // namespace

int flock_command(Arguments arguments) {
  FlockOptions options;
  if (auto code = parse_flock_options(arguments, options)) return *code;
  try {
    return options.descriptor ? hold_by_descriptor(options)
                              : run_locked(options);
  } catch (const Failure& failure) {
    return report(options, failure);
  } catch (const std::bad_alloc&) {
    return report(options, Failure(kNoMemory));
  }
}

}  // namespace syncq
