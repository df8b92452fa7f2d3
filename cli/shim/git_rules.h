#pragma once

#include "cli/shim/effect.h"

// What the commands of git do that sometimes read, or ask somebody at a
// terminal: by their arguments. For git_effect().
namespace syncq::git_rules {

Effect pick(ToolWords words);
Effect list_refs(ToolWords words);
Effect tag(ToolWords words);
Effect stash(ToolWords words);
Effect notes(ToolWords words);
Effect remote(ToolWords words);
Effect worktree(ToolWords words);
Effect submodule(ToolWords words);
Effect bundle(ToolWords words);
Effect rerere(ToolWords words);
Effect verified(ToolWords words);
Effect sparse_checkout(ToolWords words);
Effect reflog(ToolWords words);
Effect bisect(ToolWords words);
Effect describe(ToolWords words);
Effect symbolic_ref(ToolWords words);
Effect config(ToolWords words);
Effect add(ToolWords words);
Effect commit(ToolWords words);

}  // namespace syncq::git_rules
