#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "cli/shim/shim_path.h"

namespace syncq {
namespace {

// The directories of a PATH; an empty one is the working directory
// (POSIX.1-2017, XBD 8.3).
std::vector<std::string> directories(std::string_view path) {
  std::vector<std::string> all;
  for (;;) {
    const std::size_t colon = path.find(':');
    const std::string_view each = path.substr(0, colon);
    all.emplace_back(each.empty() ? "." : each);
    if (colon == path.npos) return all;
    path.remove_prefix(colon + 1);
  }
}

bool is_same(const struct stat& one, const std::string& path) {
  struct stat other = {};
  return stat(path.c_str(), &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

bool is_program(const std::string& path) {
  struct stat file = {};
  return stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) &&
         faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0;
}

}  // namespace

std::optional<std::string> next_in_path(std::string_view name,
                                        const std::string& directory,
                                        std::string_view path) {
  struct stat own = {};
  const bool known = stat(directory.c_str(), &own) == 0;
  const auto is_own = [&](const std::string& each) {
    return known && is_same(own, each);
  };
  const std::vector<std::string> all = directories(path);
  auto at = std::ranges::find_if(all, is_own);
  if (at == all.end()) at = all.begin();
  for (; at != all.end(); ++at) {
    const std::string file = *at + "/" + std::string(name);
    if (!is_own(*at) && is_program(file)) return file;
  }
  return std::nullopt;
}

std::optional<std::string> first_in_path(std::string_view name,
                                         std::string_view path) {
  return next_in_path(name, "", path);
}

}  // namespace syncq
