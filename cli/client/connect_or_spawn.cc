#include "cli/client/connect_or_spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "cli/base/deadline.h"
#include "cli/base/failure.h"
#include "cli/client/daemon_process.h"
#include "cli/client/socket_connect.h"
#include "cli/client/spawn.h"
#include "common/state_file.h"

namespace syncq {
namespace {

using std::chrono::milliseconds;

// Only these two mean that no daemon listens. EACCES or a full table must never
// start a second one.
bool nobody_listens(int error) {
  return error == ENOENT || error == ECONNREFUSED;
}

Unreachable cannot_connect(const Target& target, int error) {
  bool barred = !target.endpoint && (error == EACCES || error == ENOTDIR);
  if (barred &&
      (error == ENOTDIR || access(target.paths.state_dir.c_str(), F_OK) == 0)) {
    // The directory may give a better reason. None is made for another user's.
    Result<> made = make_directories(target.paths);
    if (!made) return Unreachable(made.refusal().message);
  }
  std::string_view way_out =
      barred
          ? "it, or a directory above it, is not yours to use; name your own "
            "with --socket or SYNCQ_SOCKET"
          : target.way_out();
  return Unreachable(
      fmt::format("connecting to the daemon at {}: {}; {}", target.address(),
                  std::strerror(error), way_out),
      error);
}

Unreachable may_not_start(const Target& target) {
  return Unreachable(
      fmt::format("connecting to the daemon at {}: it does not run, and "
                  "--no-spawn or SYNCQ_NO_SPAWN forbids starting it; run "
                  "`syncq daemon start`{}",
                  target.address(), target.is_ssh() ? " there" : ""));
}

Unreachable did_not_come_up(const Target& target) {
  return Unreachable(
      fmt::format("starting the daemon at {}: it did not come "
                  "up; see {}",
                  target.paths.socket, target.paths.log()));
}

// A place that nobody named, as in /tmp, may be taken by another user, who
// would get to know what is run and give turns that are none.
void require_own(const Connected& dialed, const std::string& path) {
  if (!dialed.fd) return;
  std::optional<uid_t> uid = listener_uid(dialed.fd.get());
  if (!uid || *uid == geteuid() || *uid == 0) return;
  throw Failure(fmt::format(
      "connecting to the daemon at {}: it is another user's (uid {}); remove "
      "that socket, or name yours by --socket or SYNCQ_SOCKET",
      path, *uid));
}

// The socket, then the one the running daemon recorded: a client started by
// cron or su may have derived another path.
Connected dial_known(const Target& target, Deadline deadline) {
  Connected dialed = connect_unix(target.paths.socket, deadline);
  if (target.paths.socket_is_explicit) return dialed;
  require_own(dialed, target.paths.socket);
  if (dialed.fd || !nobody_listens(dialed.error)) return dialed;
  std::optional<std::string> noted = read_socket_pointer(target.paths);
  if (!noted || *noted == target.paths.socket) return dialed;
  Connected second = connect_unix(*noted, deadline);
  require_own(second, *noted);
  return second.fd ? std::move(second) : std::move(dialed);
}

Connected dial_endpoint(const Endpoint& endpoint, Deadline deadline) {
  return endpoint.is_unix() ? connect_unix(endpoint.path, deadline)
                            : connect_tcp(endpoint, deadline);
}

// Two sockets for one state directory: waiting would not help.
void refuse_other_socket(const Target& target, Deadline deadline) {
  if (!target.paths.socket_is_explicit) return;
  std::optional<std::string> noted = read_socket_pointer(target.paths);
  if (!noted || *noted == target.paths.socket) return;
  if (!connect_unix(*noted, deadline).fd) return;
  throw Failure(fmt::format(
      "starting the daemon at {}: the daemon of {} already listens at {}; use "
      "that socket, or set SYNCQ_STATE_DIR for a second daemon",
      target.paths.socket, target.paths.state_dir, *noted));
}

// What the daemon gets that is to be started, and how that went so far.
struct Spawning {
  std::span<const std::string> words;
  bool started = false;
  int deaths = 0;
};

// With the spawn lock held: connects again, since another client may have been
// quicker, and starts the daemon if still none listens. Counts those that died
// at once.
Connected dial_or_start(const Target& target, Spawning& spawning,
                        Deadline deadline) {
  Connected dialed = dial_known(target, deadline);
  if (dialed.fd || !nobody_listens(dialed.error)) return dialed;
  switch (start_daemon(target.paths, deadline, spawning.words)) {
    case Started::kReady:
      spawning.started = true;
      break;
    case Started::kBusy:
      refuse_other_socket(target, deadline);
      break;
    case Started::kDied:
      if (++spawning.deaths == kMostDeaths) throw did_not_come_up(target);
      break;
  }
  return dial_known(target, deadline);
}

UniqueFd reach_by_starting(const Target& target, Spawning& spawning) {
  Result<> made = make_directories(target.paths);
  if (!made) throw Failure(made.refusal().message);
  Deadline deadline = Deadline::after(kStartBound);
  // Many clients may wait for a starting daemon: they must not slow it down.
  milliseconds pause(2);
  constexpr milliseconds kLongestPause(250);
  for (;;) {
    Connected dialed;
    if (UniqueFd lock = try_spawn_lock(target.paths); lock) {
      dialed = dial_or_start(target, spawning, deadline);
    } else {
      dialed = dial_known(target, deadline);
    }
    if (dialed.fd) return std::move(dialed.fd);
    if (!nobody_listens(dialed.error)) {
      throw cannot_connect(target, dialed.error);
    }
    if (deadline.passed()) throw did_not_come_up(target);
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

Connected dial(const Target& target, Deadline limit) {
  Deadline deadline = earlier(Deadline::after(kNetworkBound), limit);
  return target.endpoint ? dial_endpoint(*target.endpoint, deadline)
                         : dial_known(target, deadline);
}

// No fd: none runs there.
Link link_by_ssh(const Target& target, bool may_spawn, Await await,
                 Deadline limit) {
  SshConnected made =
      connect_by_ssh(*target.endpoint->ssh, may_spawn, await, limit);
  if (made.greeting == Greeting::kNone) return {};
  return {std::move(made.ssh), made.greeting == Greeting::kPending,
          Deadline::after(kSharedBound), std::move(made.fd)};
}

// No fd: none runs.
Link reach(const Target& target, Await await, Deadline limit) {
  try {
    if (target.is_ssh()) {
      return link_by_ssh(target, target.may_spawn, await, limit);
    }
    Connected dialed = dial(target, limit);
    if (!dialed.fd && (!nobody_listens(dialed.error) || target.endpoint)) {
      throw cannot_connect(target, dialed.error);
    }
    return {nullptr, false, Deadline::never(), std::move(dialed.fd)};
  } catch (const Failure& failure) {
    if (!limit.passed()) throw;
    throw Failure(failure.what(), kExitNotInTime);
  }
}

}  // namespace

UniqueFd try_spawn_lock(const Paths& paths) {
  std::string path = paths.spawn_lock();
  UniqueFd fd = above_stdio(open_state_file(path, O_RDWR | O_CREAT));
  if (!fd) {
    throw Failure(fmt::format("opening the lock {}: {}", path,
                              explain_state_file(errno)));
  }
  if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  return UniqueFd();
}

Link connect_or_spawn(const Target& target, Await await, Deadline limit) {
  if (Link link = reach(target, await, limit)) return link;
  if (!target.may_spawn || target.endpoint) throw may_not_start(target);
  Spawning spawning;
  return {nullptr, false, Deadline::never(),
          reach_by_starting(target, spawning)};
}

bool start_if_none_runs(const Target& target,
                        std::span<const std::string> words) {
  if (connect_if_running(target)) return false;
  Spawning spawning{words};
  reach_by_starting(target, spawning);
  return spawning.started;
}

Link connect_if_running(const Target& target, Deadline limit) {
  if (target.is_ssh()) {
    return link_by_ssh(target, false, Await::kGreeting, limit);
  }
  Connected dialed = dial(target, limit);
  if (!dialed.fd && !nobody_listens(dialed.error)) {
    throw cannot_connect(target, dialed.error);
  }
  return {nullptr, false, Deadline::never(), std::move(dialed.fd)};
}

}  // namespace syncq
