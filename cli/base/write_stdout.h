#pragma once

#include <functional>
#include <string_view>

#include "cli/base/deadline.h"

namespace syncq {

// Work to do while a write takes its time, and when.
struct OutputPause {
  std::function<Deadline()> due;
  std::function<void()> work;
};

// Writes all of `data` to stdout, and catches errors that only a close reports.
// Raises no SIGPIPE. Returns the errno, 0 for success.
int write_stdout(std::string_view data, const OutputPause& pause);

}  // namespace syncq
