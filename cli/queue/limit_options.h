#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/options/command_line.h"

namespace syncq {

inline constexpr std::int64_t kMostOfLimit =
    std::numeric_limits<std::int64_t>::max();

// --in-flight and --rate of `queue new` and `queue set`.
struct LimitOptions {
  std::string in_flight;
  std::string rate;

  void add_to(CommandLine& line);
  // What is given, as members of a queue; null takes a limit away.
  void add_to(nlohmann::json& queue) const;
};

}  // namespace syncq
