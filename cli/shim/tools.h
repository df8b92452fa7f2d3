#pragma once

#include <span>
#include <string>

#include "cli/shim/effect.h"

namespace syncq {

// The tools of whose command lines something is known. Of any other, each has a
// turn of its working directory.
std::span<const std::string_view> known_tools();

// What a tool's command line is to others, and in which line it would wait.
struct Plan {
  Effect effect = Effect::kPast;
  // A FIFO's name; "" unless the effect is kPerson or kTurn.
  std::string fifo;
};

// Looks at the environment and the directories that the words name. What
// belongs to no repository or project goes past.
Plan plan_call(std::string_view tool, ToolWords words);

}  // namespace syncq
