#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/load_protocol.h"

namespace syncq::bench {

struct Load {
  std::string socket;
  std::string operation;
  std::size_t connections = 1;
  std::size_t operations = 1000;
  std::size_t size = 100;
};

// Runs the load in a closed loop: each connection sends its next request once
// the last is answered. Returns each operation's time in nanoseconds, in the
// order of completion. Throws std::runtime_error.
std::vector<std::int64_t> run_load(const Load& load, const Protocol& protocol);

}  // namespace syncq::bench
