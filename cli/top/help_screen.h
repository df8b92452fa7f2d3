#pragma once

#include "cli/top/grid.h"

namespace syncq {

// What the keys do.
Screen help_screen(std::size_t columns);

}  // namespace syncq
