#pragma once

#include "cli/shim/effect.h"

namespace syncq {

// The effect of a command of git with these arguments.
//
// What reads goes past, and does not even share a turn: git replaces files
// whole, so a reader needs no protection, and one that waits in a pager would
// keep everybody else waiting. A command is a reader if it locks nothing once
// GIT_OPTIONAL_LOCKS=0 and diff.autoRefreshIndex=false; seen with strace of git
// 2.39. What is not known has a turn.
Effect git_effect(std::string_view command, ToolWords arguments);

}  // namespace syncq
