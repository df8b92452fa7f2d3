#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace syncq {

// A process, told apart from a later one with the same pid by its start time
// (field 22 of /proc/PID/stat, in clock ticks since boot; proc(5)) and by the
// boot it belongs to being the current one.
struct Process {
  pid_t pid = 0;
  std::uint64_t start = 0;

  bool operator==(const Process&) const = default;
};

// The process with this pid as it is now, a zombie included; nullopt when
// there is none that we can see.
std::optional<Process> find_process(pid_t pid);

// kUnseen: it is there, but /proc does not tell more of it (hidepid, a setuid
// program, no descriptor to be had).
enum class ProcessState { kEnded, kStopped, kRunning, kUnseen };

// How it is now. A zombie has ended, unless a thread of it lives on.
ProcessState state_of(const Process& process);

// Whether whoever has this pid now is stopped.
bool is_stopped(pid_t pid);

// Names this process "syncq-daemon" for ps(1) and is_daemon().
void name_daemon();

// Whether a process named itself so. A pid that was noted down may be
// another's by now: nobody else must be sent a signal.
bool is_daemon(pid_t pid);

// The pid of its parent; nullopt when it can't be seen.
std::optional<pid_t> parent_of(pid_t pid);

}  // namespace syncq
