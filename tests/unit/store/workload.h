#pragma once

#include <vector>

#include "tests/unit/store/small_daemon.h"

namespace syncq::test {

// Every verb of both engines, restarts among them. Each step can be asked
// again after an error.
std::vector<Step> workload();

}  // namespace syncq::test
