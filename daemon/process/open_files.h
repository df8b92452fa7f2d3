#pragma once

#include <cstddef>

namespace syncq {

// Raises the limit as far as allowed: each caller takes a connection and a
// pidfd. Throws std::runtime_error for people if that is too few.
void raise_open_files();

// How many files may be open at once (RLIMIT_NOFILE).
std::size_t most_files();

// How many files to keep free for what must get through: a share of the limit
// .
int spare_files();

// Whether `count` more can be opened. `fd`: any that is open.
bool can_open(int fd, int count);

}  // namespace syncq
