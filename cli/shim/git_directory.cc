#include "cli/shim/git_directory.h"

#include <filesystem>
#include <fstream>

#include "common/environment.h"

namespace syncq {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// The first line of a file; "" if there is none.
std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

bool is_git_dir(const fs::path& path) {
  return is_there(path / "HEAD") &&
         (is_there(path / "commondir") ||
          (is_there(path / "objects") && is_there(path / "refs")));
}

// What a .git stands for: itself, or what it says if it is the file of a linked
// worktree or of a submodule. "" if that is no repository.
fs::path resolve(const fs::path& dot_git) {
  constexpr std::string_view kPrefix = "gitdir: ";
  if (is_git_dir(dot_git)) return dot_git;
  std::error_code ignored;
  if (!fs::is_regular_file(dot_git, ignored)) return {};
  const std::string line = first_line(dot_git);
  if (!line.starts_with(kPrefix)) return {};
  fs::path dir = dot_git.parent_path() / line.substr(kPrefix.size());
  return is_git_dir(dir) ? dir : fs::path();
}

// From `at` upward.
fs::path discover(fs::path at) {
  for (;;) {
    fs::path found = resolve(at / ".git");
    if (!found.empty()) return found;
    if (is_git_dir(at)) return at;
    if (at == at.parent_path()) return {};
    at = at.parent_path();
  }
}

fs::path git_dir(const GitCall& call, const fs::path& at) {
  if (call.git_dir) return resolve(at / *call.git_dir);
  if (call.bare) return resolve(at);
  if (std::string_view dir = env("GIT_DIR"); !dir.empty()) {
    return resolve(at / dir);
  }
  return discover(at);
}

}  // namespace

std::string common_git_dir(const GitCall& call) {
  std::error_code failed;
  const fs::path at =
      fs::canonical(call.directory.empty() ? "." : call.directory, failed);
  if (failed) return {};
  fs::path dir = git_dir(call, at);
  if (dir.empty()) return {};
  std::string common(env("GIT_COMMON_DIR"));
  if (!common.empty()) {
    dir = at / common;
  } else if (common = first_line(dir / "commondir"); !common.empty()) {
    dir /= common;
  }
  dir = fs::canonical(dir, failed);
  return failed ? std::string() : dir.string();
}

}  // namespace syncq
