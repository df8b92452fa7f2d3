#pragma once

#include <string>

#include "common/unique_fd.h"

namespace syncq {

// Opens a file of the state directory; one that is made has mode 0600. No
// symbolic link is followed: what it leads to would be written over. Where it
// fails there is no fd, and errno says why.
UniqueFd open_state_file(const std::string& path, int flags);

// Why that failed, and the way out, for people: "it is a symbolic link; ...".
std::string explain_state_file(int error);

}  // namespace syncq
