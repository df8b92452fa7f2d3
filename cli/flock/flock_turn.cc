#include "cli/flock/flock_turn.h"

#include <fmt/format.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "cli/flock/flock_name.h"
#include "cli/run/command_turn.h"
#include "cli/run/nested.h"

namespace syncq {
namespace {

constexpr const char* kWaitsForItself =
    "this runs inside the very turn that it would wait for: lock another file, "
    "or leave the inner `syncq flock` out";

// How long a turn may last beyond its lock: the process that holds it for a
// descriptor ends after that is closed.
constexpr Duration kAfterLock = std::chrono::seconds(1);

// And how long that process may have the lock then.
constexpr Duration kInstant = std::chrono::milliseconds(10);

// flock(1) says nothing while it waits.
bool is_quiet(const FlockOptions& options) {
  return !options.verbose && !live_columns();
}

HoldQuery query_of(const FlockOptions& options, const Target& target,
                   std::string fifo, std::string label) {
  HoldQuery query;
  query.fifo = std::move(fifo);
  query.label = std::move(label);
  query.cwd = working_directory();
  // With -o we keep the lock, as the parent of the command.
  query.exec = !options.close || options.descriptor;
  query.nowait = options.nowait;
  query.terms.shared = options.shared;
  query.beats = target.is_ssh();
  if (!target.is_remote()) query.pid = getpid();
  return query;
}

bool stays_locked(int fd) {
  constexpr int kLooks = 3;
  for (int look = 1; is_seen_locked(fd); ++look) {
    if (look == kLooks) return true;
    std::this_thread::sleep_for(kInstant / kLooks);
  }
  return false;
}

// If the lock is free, so is the turn at once.
Turn take_free_turn(Client& client, HoldQuery query, int fd,
                    WaitingLine& line) {
  try {
    return take_turn(client, query, Deadline::never(), line);
  } catch (const Failure& failure) {
    if (failure.exit_code() != kExitNotInTime || stays_locked(fd)) throw;
  }
  query.nowait = false;
  return take_turn(client, query, Deadline::after(kAfterLock), line);
}

// Only a program that does not stand in line can have it.
void lock_file(const FlockOptions& options, int fd, Deadline limit,
               const std::string& path) {
  const FileLock lock = wanted_lock(options);
  if (take_lock(fd, lock, Deadline::after(kInstant))) return;
  if (!options.nowait) {
    if (!is_quiet(options)) {
      say(fmt::format("waiting for a program that has locked {} without syncq",
                      path));
    }
    if (take_lock(fd, lock, limit)) return;
  }
  throw Failure("a program that does not use syncq has it locked",
                kExitNotInTime);
}

}  // namespace

FileLock wanted_lock(const FlockOptions& options) {
  return options.shared ? FileLock::kShared : FileLock::kExclusive;
}

FileTurn take_file(Client& client, const FlockOptions& options, int fd,
                   std::string label) {
  const std::string path = path_of(fd);
  const Deadline limit =
      options.wait ? Deadline::after(*options.wait) : Deadline::never();
  const bool for_ever = limit.is_never() && !options.nowait;
  FileTurn taken;
  taken.query =
      query_of(options, client.target(), flock_name(path), std::move(label));
  const Nested nested = nested_in(client, taken.query.fifo, options.shared);
  if (nested != Nested::kNo && options.shared) {
    // Another turn might come after one that waits for ours.
    if (take_lock(fd, FileLock::kShared, Deadline::after(Duration::zero()))) {
      return taken;
    }
  }
  if (nested == Nested::kOnlySlot && for_ever) {
    throw Failure(kWaitsForItself, kExitOwnFailure);
  }
  WaitingLine line(path, options.nowait || is_quiet(options));
  taken.turn = options.nowait ? take_free_turn(client, taken.query, fd, line)
                              : take_turn(client, taken.query, limit, line);
  line.finish();
  lock_file(options, fd, limit, path);
  return taken;
}

}  // namespace syncq
