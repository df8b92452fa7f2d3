#include "cli/shim/tools.h"

#include <array>
#include <filesystem>

#include "cli/flock/flock_name.h"
#include "cli/shim/git_call.h"
#include "cli/shim/git_directory.h"
#include "cli/shim/package_call.h"
#include "cli/shim/project_root.h"
#include "common/environment.h"

namespace syncq {
namespace {

using Lines = std::string (*)(std::string_view tool, const PackageCall& call);

std::string resolved(const std::string& directory) {
  std::error_code failed;
  const auto path =
      std::filesystem::canonical(directory.empty() ? "." : directory, failed);
  return failed ? std::string() : path.string();
}

// Of a tool for its user: "shim:npm".
std::string line_of_tool(std::string_view tool) {
  return name_of_path("shim", "/" + std::string(tool));
}

std::string line_of(std::string_view kind, const std::string& path) {
  return path.empty() ? path : name_of_path(kind, path);
}

// npm, pnpm and yarn change the same node_modules. Without a package.json the
// first install makes one here.
std::string line_of_node(std::string_view tool, const PackageCall& call) {
  if (call.global) return line_of_tool(tool);
  const std::string here = resolved(call.directory);
  const std::string root = project_root(here, kNodeProject);
  return line_of("node", root.empty() ? here : root);
}

std::string line_of_cargo(std::string_view tool, const PackageCall& call) {
  if (call.global) return line_of_tool(tool);
  return line_of("cargo",
                 project_root(resolved(call.directory), kCargoProject));
}

// That of the environment which is activated, or of all there is else.
std::string line_of_pip(std::string_view tool, const PackageCall&) {
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    const std::string path(env(name));
    if (!path.empty()) return line_of("pip", resolved(path));
  }
  return line_of_tool(tool);
}

struct Tool {
  std::string_view name;
  // Whose command lines it has; "" for git, which has its own.
  std::string_view like;
  Lines line;
};
constexpr std::array kTools = {
    Tool{"git", "", nullptr},
    Tool{"npm", "npm", line_of_node},
    Tool{"pnpm", "pnpm", line_of_node},
    Tool{"yarn", "yarn", line_of_node},
    Tool{"cargo", "cargo", line_of_cargo},
    Tool{"pip", "pip", line_of_pip},
    Tool{"pip3", "pip", line_of_pip},
};

Plan plan_git(ToolWords words) {
  const GitCall call = read_git_call(words);
  const bool alone =
      call.effect == Effect::kTurn || call.effect == Effect::kPerson;
  if (!alone) return {call.effect, ""};
  std::string fifo = line_of("git", common_git_dir(call));
  return {fifo.empty() ? Effect::kPast : call.effect, fifo};
}

Plan plan_package(const Tool& tool, ToolWords words) {
  const PackageCall call = read_package_call(tool.like, words);
  if (call.effect == Effect::kPast) return {};
  std::string fifo = tool.line(tool.like, call);
  return {fifo.empty() ? Effect::kPast : call.effect, fifo};
}

}  // namespace

std::span<const std::string_view> known_tools() {
  static constexpr auto kNames = [] {
    std::array<std::string_view, kTools.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = kTools[i].name;
    return names;
  }();
  return kNames;
}

Plan plan_call(std::string_view tool, ToolWords words) {
  if (tool == "git") return plan_git(words);
  for (const Tool& each : kTools) {
    if (each.name == tool) return plan_package(each, words);
  }
  return {Effect::kTurn,
          name_of_path("shim", "/" + std::string(tool) + resolved(""))};
}

}  // namespace syncq
