#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace syncq {

// How many messages of a queue are leased: "2", or "2/4" if no more than four
// may be.
std::string leased_text(const nlohmann::json& queue);

// "4 in flight, 10/s"; "" of a queue without limits.
std::string limits_text(const nlohmann::json& queue);

}  // namespace syncq
