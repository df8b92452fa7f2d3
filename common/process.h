#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace syncq {

// A process, told apart from a later one with the same pid by its start time
// (field 22 of /proc/PID/stat, in clock ticks since boot; proc(5)), whatever
// the time namespace, and by the boot it belongs to being the current one.
struct Process {
  pid_t pid = 0;
  std::uint64_t start = 0;

  bool operator==(const Process&) const = default;
};

// The process with this pid now, even a zombie; nullopt if we can see none.
std::optional<Process> find_process(pid_t pid);

// kUnseen: it exists, but /proc tells no more (hidepid, a setuid program, no
// descriptor left).
enum class ProcessState { kEnded, kStopped, kRunning, kUnseen };

// Its current state. A zombie has ended, unless one of its threads lives on.
ProcessState state_of(const Process& process);

// How a process ended (wait(2)): of a zombie, or with a pidfd of it also
// afterwards, by Linux 6.15 and later. nullopt if nothing tells. `pidfd`: -1
// for none.
std::optional<int> status_of(const Process& process, int pidfd);

// Whether the process with this pid now is stopped.
bool is_stopped(pid_t pid);

// Names this process "syncq-daemon" for ps(1) and is_daemon().
void name_daemon();

// Whether a process named itself so. A recorded pid may have been reused: no
// other process must be sent a signal.
bool is_daemon(pid_t pid);

// What a small file of /proc/PID holds, such as "status", up to 4 KiB; "" if it
// can't be read.
std::string read_proc(pid_t pid, std::string_view name);

// The pid of its parent; nullopt if it can't be seen.
std::optional<pid_t> parent_of(pid_t pid);

}  // namespace syncq
