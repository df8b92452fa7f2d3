#pragma once

#include <string>
#include <string_view>

namespace syncq {

// What stands for a project: a file in its root, and a text in the file of a
// workspace that has it as a part.
struct ProjectMark {
  std::string_view file;
  std::string_view workspace;
  // This file alone makes a workspace; "" for none.
  std::string_view workspace_file;
};
inline constexpr ProjectMark kNodeProject = {"package.json", "\"workspaces\"",
                                             "pnpm-workspace.yaml"};
inline constexpr ProjectMark kCargoProject = {"Cargo.toml", "[workspace", ""};

// The root of the project that a directory is in: the nearest one upward that
// has the mark, or the outermost above it that is a workspace. Absolute,
// without symbolic links; "" if there is none.
std::string project_root(const std::string& directory, const ProjectMark& mark);

}  // namespace syncq
