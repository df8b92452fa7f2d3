#include "cli/client/restart.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cli/base/failure.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/daemon_process.h"
#include "cli/client/spawn.h"

namespace syncq {
namespace {

constexpr auto kBetweenLooks = std::chrono::milliseconds(5);

UniqueFd wait_for_spawn_lock(const Paths& paths) {
  Deadline deadline = Deadline::after(kStartBound);
  for (;;) {
    if (UniqueFd lock = try_spawn_lock(paths)) return lock;
    if (deadline.passed()) {
      throw Failure(
          fmt::format("restarting the daemon: another client is starting it "
                      "and does not finish; see {}",
                      paths.log()));
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

Started start_again(const Target& target, std::span<const std::string> words) {
  // A service manager's socket is there without its daemon, and starts it.
  if (connect_if_running(target)) return Started::kBusy;
  Deadline deadline = Deadline::after(kStartBound);
  Started started = Started::kDied;
  for (int i = 0; i < kMostDeaths && started == Started::kDied; ++i) {
    started = start_daemon(target.paths, deadline, words);
  }
  return started;
}

// An address may be taken, which only a daemon that tries it knows.
Started start_or_go_back(const Target& target,
                         std::span<const std::string> words,
                         std::span<const std::string> old_words) {
  try {
    return start_again(target, words);
  } catch (const Failure& failure) {
    bool runs = false;
    try {
      runs = start_again(target, old_words) == Started::kReady;
    } catch (const Failure&) {
      // The first reason is the one to tell.
    }
    throw Failure(fmt::format(
        "{}; {}", failure.what(),
        runs ? "it runs again with the options it had" : "no daemon runs now"));
  }
}

}  // namespace

void restart_daemon(const Target& target, std::span<const std::string> words,
                    std::span<const std::string> old_words, Deadline ended_by) {
  Result<> made = make_directories(target.paths);
  if (!made) throw Failure(made.refusal().message);
  UniqueFd lock = wait_for_spawn_lock(target.paths);
  stop_daemon(target, ended_by);
  switch (start_or_go_back(target, words, old_words)) {
    case Started::kReady:
      return;
    case Started::kBusy:
      // It has its own options, and starts again with those.
      if (std::ranges::equal(words, old_words)) return;
      throw Failure(
          "restarting the daemon: a service manager, or a `syncq daemon run`, "
          "was quicker, without these options; give them there, or in the "
          "config file");
    case Started::kDied:
      throw Failure(
          fmt::format("restarting the daemon: it did not come up; see {}",
                      target.paths.log()));
  }
}

}  // namespace syncq
