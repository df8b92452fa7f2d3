#pragma once

#include <string>

#include "cli/shim/effect.h"

namespace syncq {

// A command line of a package manager.
struct PackageCall {
  // kTurn if it changes what is installed, or the files that say what is;
  // kPast else: scripts, servers and tests run as long as they like.
  Effect effect = Effect::kPast;
  // For the user rather than for a project.
  bool global = false;
  // Where the project is, from the working directory; "" for there.
  std::string directory;
};

// `tool` is npm, pnpm, yarn, cargo or pip.
PackageCall read_package_call(std::string_view tool, ToolWords words);

}  // namespace syncq
