#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "common/unique_fd.h"
#include "daemon/process/open_files.h"

namespace syncq {
namespace {

// What the daemon itself needs, and a few callers with a connection and a pidfd
// each.
constexpr rlim_t kLeastOpenFiles = 24;

}  // namespace

void raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_max < kLeastOpenFiles) {
    throw std::runtime_error(
        fmt::format("the daemon may open {} files and needs {}: "
                    "raise that with `ulimit -n {}`",
                    limit.rlim_max, kLeastOpenFiles, kLeastOpenFiles));
  }
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t most_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

int spare_files() {
  return static_cast<int>(std::clamp<std::size_t>(most_files() / 16, 2, 8));
}

// Asked rather than counted: libraries open files too.
bool can_open(int fd, int count) {
  std::vector<UniqueFd> opened;
  opened.reserve(static_cast<std::size_t>(count));
  for (; count > 0; --count) {
    opened.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!opened.back()) return false;
  }
  return true;
}

}  // namespace syncq
