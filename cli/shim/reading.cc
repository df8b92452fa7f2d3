#include "cli/shim/reading.h"

#include <fmt/format.h>

#include <climits>
#include <cstdlib>

#include "cli/base/number.h"
#include "common/environment.h"

namespace syncq {

void keep_from_locking() {
  // `git status` would write down what it has found out of the files.
  setenv("GIT_OPTIONAL_LOCKS", "0", 0);
  // So would `git diff`, which does not heed that.
  const auto count = read_number(env("GIT_CONFIG_COUNT"), 0, INT_MAX - 1);
  if (!count && !env("GIT_CONFIG_COUNT").empty()) return;
  const auto next = count.value_or(0);
  setenv(fmt::format("GIT_CONFIG_KEY_{}", next).c_str(),
         "diff.autoRefreshIndex", 1);
  setenv(fmt::format("GIT_CONFIG_VALUE_{}", next).c_str(), "false", 1);
  setenv("GIT_CONFIG_COUNT", std::to_string(next + 1).c_str(), 1);
}

}  // namespace syncq
