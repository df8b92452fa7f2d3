#pragma once

#include <string>

#include "tests/sim/look.h"

namespace syncq::sim {

// The request as it goes over the wire. `names` has the UUIDs.
std::string bytes_of(const Ask& ask, const Names& names);

}  // namespace syncq::sim
