#pragma once

#include <optional>
#include <string>

#include "cli/shim/effect.h"

namespace syncq {

// A command line of git(1), as far as it matters who waits for whom.
struct GitCall {
  // Of what is not known, an alias or another program's `git NAME`, a turn.
  Effect effect = Effect::kTurn;
  // Where -C leads, from the working directory; "" for there.
  std::string directory;
  // --git-dir, from `directory`.
  std::optional<std::string> git_dir;
  bool bare = false;  // --bare: that is the repository itself
};

GitCall read_git_call(ToolWords words);

}  // namespace syncq
