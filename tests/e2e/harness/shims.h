#pragma once

#include <string>

#include "tests/e2e/harness/sandbox.h"

namespace syncq::e2e {

// Makes a script of this name in tools/, from then on in PATH.
void add_tool(Sandbox& box, const std::string& name, const std::string& script);

// Makes shims of these tools in shims/, from then on the first in PATH.
void use_shims(Sandbox& box, const std::string& tools);

// Makes a repository in repo/ with one commit, and a shim for git.
void make_repository(Sandbox& box);

// Makes a hook of that repository of this line.
void add_hook(Sandbox& box, const std::string& name, const std::string& line);

// The FIFO in which that repository's commands stand.
std::string fifo_of_repository(const Sandbox& box);

}  // namespace syncq::e2e
