#pragma once

#include <string>

#include "common/unique_fd.h"

namespace syncq {

// Opens a file of the state directory; a new one has mode 0600. No symbolic
// link is followed: its target would be overwritten. On failure there is no fd,
// and errno says why.
UniqueFd open_state_file(const std::string& path, int flags);

// Why that failed, and the remedy, for people: "it is a symbolic link; ...".
std::string explain_state_file(int error);

}  // namespace syncq
