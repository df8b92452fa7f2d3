#pragma once

#include <functional>
#include <string_view>

#include "cli/base/deadline.h"

namespace syncq {

// What to do while a write takes its time, and when.
struct OutputPause {
  std::function<Deadline()> due;
  std::function<void()> work;
};

// Writes all of `data` to stdout, and sees what only a close tells. Raises no
// SIGPIPE. The errno of what failed, 0 for nothing.
int write_stdout(std::string_view data, const OutputPause& pause);

}  // namespace syncq
