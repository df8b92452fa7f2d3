#pragma once

#include <memory>
#include <string>

#include "cli/ssh/ssh_address.h"
#include "cli/ssh/ssh_process.h"
#include "common/unique_fd.h"

namespace syncq {

// The first line that `syncq daemon dial --greet` prints: all before it is the
// remote shell's. Then either the daemon's bytes follow, or nothing.
inline constexpr std::string_view kDialGreeting = "syncq-dial: connected";
inline constexpr std::string_view kDialNone = "syncq-dial: no daemon runs";
// Before that, if it has to start a daemon: any byte tells it that somebody is
// still here to start one for.
inline constexpr std::string_view kDialAsks = "syncq-dial: starting";

// How long the greeting may take on a connection that is there.
inline const Duration kSharedBound = patience(std::chrono::seconds(5));

// What has come of the first line.
enum class Greeting {
  kPending,
  kConnected,
  kNone,    // no daemon runs, and none was to be started
  kFailed,  // there is none, nor will there be
};

// Looks for the first line in what has come, and takes it out, with all before
// it.
Greeting take_greeting(std::string& bytes);

// A connection to a daemon on another machine.
struct SshConnected {
  std::unique_ptr<SshProcess> ssh;
  UniqueFd fd;
  // kPending, kConnected or kNone.
  Greeting greeting = Greeting::kPending;
};

// Whether connect_by_ssh() waits for the greeting, or leaves that to its caller
// if the shared connection is there already: a round trip less.
enum class Await { kGreeting, kNothing };

// Has ssh run `syncq daemon dial` there. Until the greeting has come, what was
// sent has reached no daemon, and can be repeated. Starts the
// daemon there if `may_spawn`. Connections to one machine are shared, through a
// socket in the state directory, unless the user's configuration does so.
// Throws Unreachable with ssh's last words; bounded by `limit` and kStartBound,
// longer than that one only if ssh asks the user something.
SshConnected connect_by_ssh(const SshAddress& address, bool may_spawn,
                            Await await, Deadline limit);

}  // namespace syncq
