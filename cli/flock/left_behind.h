#pragma once

namespace syncq {

// Processes that syncq leaves behind: without a terminal, in a session and a
// directory that keep nothing from ending.

// Where stay_behind() puts the two descriptors.
inline constexpr int kFirstKept = 3;
inline constexpr int kSecondKept = 4;

// Makes a process out of a fork of ours that keeps nothing of us but these two
// descriptors: stdin, stdout and stderr are /dev/null. Ends it if it can't be.
void stay_behind(int first, int second);

// Leaves a process behind that keeps `fd` open until this one has ended, as
// whatever command. It is not our child. Throws Failure.
void keep_until_we_end(int fd);

}  // namespace syncq
