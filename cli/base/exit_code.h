#pragma once

namespace syncq {

// The exit codes of every syncq command. `syncq run` ends as its command does;
// 124, 126 and 127 are those of timeout(1) and the shell, 75 is EX_TEMPFAIL of
// sysexits.h.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotInTime = 75;
inline constexpr int kExitTimedOut = 124;
inline constexpr int kExitOwnFailure = 125;
inline constexpr int kExitNotExecutable = 126;
inline constexpr int kExitNotFound = 127;
// Of a command that a signal ended, in a shell: this and the signal's number.
inline constexpr int kExitSignalBase = 128;

// The exit code for a daemon's answer with this HTTP status: 0 for 2xx, 75 for
// 408 (no turn in time), else 1.
constexpr int exit_code_for_status(int status) {
  if (status >= 200 && status < 300) return kExitOk;
  return status == 408 ? kExitNotInTime : kExitFailed;
}

// The exit code a shell gives for an exec that failed with this errno.
int exit_code_for_exec(int error);

}  // namespace syncq
