#pragma once

namespace syncq {

// As many as are allowed: a connection, and a pidfd, for each caller. Throws
// std::runtime_error for people where they are too few.
void raise_open_files();

// How many files to keep free for what must get through: a share of the limit
// (RLIMIT_NOFILE).
int spare_files();

// Whether `count` more can be opened. `fd`: any that is open.
bool can_open(int fd, int count);

}  // namespace syncq
