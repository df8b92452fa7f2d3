#include "cli/shim/project_root.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace syncq {
namespace {

namespace fs = std::filesystem;

bool has_file(const fs::path& directory, std::string_view name) {
  std::error_code ignored;
  return !name.empty() && fs::exists(directory / name, ignored);
}

bool is_workspace(const fs::path& directory, const ProjectMark& mark) {
  if (has_file(directory, mark.workspace_file)) return true;
  std::ifstream file(directory / mark.file);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return text.find(mark.workspace) != text.npos;
}

}  // namespace

std::string project_root(const std::string& directory,
                         const ProjectMark& mark) {
  std::error_code failed;
  fs::path at = fs::canonical(directory, failed);
  fs::path root;
  while (!failed && !at.empty()) {
    const bool first = root.empty() && has_file(at, mark.file);
    if (first || is_workspace(at, mark)) root = at;
    if (at == at.parent_path()) break;
    at = at.parent_path();
  }
  return root.string();
}

}  // namespace syncq
