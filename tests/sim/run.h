#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/action.h"

namespace syncq::sim {

// What became of one run.
struct Run {
  std::uint64_t hash = 0;
  std::string fault;     // "": all rules held
  std::size_t done = 0;  // the steps that were taken
  std::string story;     // if asked for
};

// Runs the steps in a world of `seed`.
Run run(std::uint64_t seed, const std::vector<Action>& actions, bool tell);

// The same in a process of its own, which may die of what it meets.
Run run_apart(std::uint64_t seed, const std::vector<Action>& actions,
              bool tell = false);

// Leaves out as many steps as it can such that the run still fails.
std::vector<Action> shrink(std::uint64_t seed, std::vector<Action> actions);

}  // namespace syncq::sim
