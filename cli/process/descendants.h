#pragma once

#include <sys/types.h>

#include <vector>

#include "common/process.h"

namespace syncq {

// `root` and all its living descendants that are still in its process group,
// root first. Orphans are not found.
std::vector<Process> group_below(pid_t root);

}  // namespace syncq
