#pragma once

#include <optional>
#include <string>

#include "cli/base/deadline.h"
#include "common/unique_fd.h"

namespace syncq {

// The lock of a file by flock(2): it belongs to an open file, that is to all
// copies of a descriptor together, whichever processes have them, and ends with
// the last of them.
enum class FileLock { kShared, kExclusive };

// Opens a file for its lock as flock(1) does: makes it if there is none, and
// takes a directory as well. Close-on-exec. Throws Failure, with the exit code
// of flock(1).
UniqueFd open_lock_file(const std::string& path);

// The file of a descriptor once more, as an open file of its own. Throws
// Failure if that can't be had.
UniqueFd reopen(int fd);

// The absolute path of an open file, without symbolic links; of one that has
// been removed or replaced, the path that it had. Throws Failure if the
// descriptor is not open, or is that of no file or directory.
std::string path_of(int fd);

// The lock that this open file has.
std::optional<FileLock> lock_of(int fd);

// Whether any open file has a lock that this process has taken, by whichever
// descriptor, even one that it has closed: false also if that can't be seen.
bool is_own_lock_listed();

// Takes the lock, and returns false if it can't be had until `limit`: at once
// if that has passed. Throws Failure if there can be none. One thread.
bool take_lock(int fd, FileLock lock, Deadline limit);

// Gives it up. Throws Failure if the descriptor is not open.
void release_lock(int fd);

}  // namespace syncq
