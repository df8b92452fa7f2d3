#pragma once

#include <sys/types.h>

#include <vector>

#include "common/process.h"

namespace syncq {

// `root` and all its living descendants that are still of its process group,
// root first. One that was orphaned meanwhile is no longer found.
std::vector<Process> group_below(pid_t root);

}  // namespace syncq
