#pragma once

#include <string>

#include "cli/shim/git_call.h"

namespace syncq {

// The directory that all worktrees of a repository share: that of the
// repository in which the call works, by its options, GIT_DIR and
// GIT_COMMON_DIR, and the directories upward; gitrepository-layout(5).
// Absolute, without symbolic links; "" if there is no repository. Starts no
// git.
std::string common_git_dir(const GitCall& call);

}  // namespace syncq
