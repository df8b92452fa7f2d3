#pragma once

#include <string>

#include "cli/top/control.h"
#include "cli/top/grid.h"
#include "cli/top/pane_text.h"

namespace syncq {

// What the terminal shows: at most as many lines as it has, none wider than it.
Screen draw_top(const TopControl& control, const Drawing& drawing);

// All of it as text, however many lines that takes.
std::string whole_text(const TopControl& control, const Drawing& drawing);

// How many lines each pane gets of `room`, given how many it could fill: a
// small one all it wants, the large ones as much as each other.
std::vector<std::size_t> share_lines(const std::vector<std::size_t>& wanted,
                                     std::size_t room);

}  // namespace syncq
