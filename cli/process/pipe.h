#pragma once

#include <optional>

#include "common/unique_fd.h"

namespace syncq {

// Close-on-exec; both ends are above stdin, stdout and stderr, so that a child
// that sets those up does not lose them.
struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

// nullopt, with errno, if the process or the system has no fd left.
std::optional<Pipe> make_pipe();

}  // namespace syncq
