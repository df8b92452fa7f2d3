#include "cli/flock/flock_turn.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "cli/flock/flock_name.h"
#include "cli/process/signals.h"
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

// Shares the lock by an open file of its own, if the wanted one could be had.
UniqueFd share_free_lock(int fd, FileLock wanted) {
  if (!take_lock(fd, wanted, Deadline::after(kInstant))) return {};
  release_lock(fd);
  UniqueFd guard = reopen(fd);
  const Deadline now = Deadline::after(Duration::zero());
  if (!take_lock(guard.get(), FileLock::kShared, now)) return {};
  return guard;
}

// A turn without a lock is one that is about to end, if its descriptor has been
// closed, or one that has just come. Meanwhile we share the lock: what holds a
// turn for a descriptor can still end, and no command can begin, run and end
// that has the lock alone.
Turn take_free_turn(Client& client, HoldQuery query, int fd, FileLock wanted,
                    WaitingLine& line) {
  UniqueFd guard;
  try {
    return take_turn(client, query, Deadline::never(), line);
  } catch (const Failure& failure) {
    if (failure.exit_code() != kExitNotInTime) throw;
    guard = share_free_lock(fd, wanted);
    if (!guard) throw;
  }
  query.nowait = false;
  return take_turn(client, query, Deadline::after(kAfterLock), line);
}

// Reads what the daemon has said while a lock was waited for, and gives it a
// sign of life.
void serve(HoldStream& stream) {
  while (auto event = stream.next(Deadline::after(Duration::zero()))) {
    if (event->kind == HoldEvent::Kind::kEnded) throw Failure(event->message);
    if (event->kind == HoldEvent::Kind::kSignal && event->signal != 0) {
      reraise_default(event->signal);
    }
  }
  stream.beat();
}

// take_lock(), for however long it takes with the turn of `stream`.
bool take_lock_in_turn(HoldStream& stream, int fd, FileLock lock,
                       Deadline limit) {
  for (;;) {
    const Deadline beat = stream.next_beat();
    if (take_lock(fd, lock, earlier(limit, beat))) return true;
    if (limit.passed()) return false;
    serve(stream);
  }
}

// Only a program that does not stand in line can have it.
void lock_file(HoldStream& stream, const FlockOptions& options, int fd,
               Deadline limit, const std::string& path) {
  const FileLock lock = wanted_lock(options);
  if (take_lock(fd, lock, Deadline::after(kInstant))) return;
  if (!options.nowait) {
    if (!is_quiet(options)) {
      say(fmt::format("waiting for a program that has locked {} without syncq",
                      path));
    }
    if (take_lock_in_turn(stream, fd, lock, limit)) return;
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
  const Nested nested = nested_in(client, taken.query.fifo, taken.query.terms);
  if (nested != Nested::kNo && options.shared) {
    // Another turn might come after one that waits for ours.
    if (take_lock(fd, FileLock::kShared, Deadline::after(Duration::zero()))) {
      return taken;
    }
  }
  if (nested == Nested::kTooManySlots && for_ever) {
    throw Failure(kWaitsForItself, kExitOwnFailure);
  }
  WaitingLine line(path, options.nowait || is_quiet(options));
  taken.turn = options.nowait ? take_free_turn(client, taken.query, fd,
                                               wanted_lock(options), line)
                              : take_turn(client, taken.query, limit, line);
  line.finish();
  lock_file(taken.turn->stream, options, fd, limit, path);
  return taken;
}

}  // namespace syncq
