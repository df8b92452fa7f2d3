#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <string>

#include "cli/process/descendants.h"

namespace syncq {
namespace {

// The pids of all processes that /proc shows.
std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ec)) {
    std::string name = entry.path().filename();
    pid_t pid = 0;
    auto [end, error] =
        std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && *end == '\0') pids.push_back(pid);
  }
  return pids;
}

}  // namespace

std::vector<Process> group_below(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  for (pid_t pid : all_pids()) {
    if (auto parent = parent_of(pid)) children.emplace(*parent, pid);
  }
  pid_t group = getpgid(root);
  std::vector<Process> found;
  std::vector<pid_t> reached{root};
  for (std::size_t at = 0; at < reached.size(); ++at) {
    pid_t pid = reached[at];
    auto process = find_process(pid);
    if (process && getpgid(pid) == group) found.push_back(*process);
    auto [first, last] = children.equal_range(pid);
    for (; first != last; ++first) reached.push_back(first->second);
  }
  return found;
}

}  // namespace syncq
