#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace syncq {

// The messages of GET /queues/QUEUE/messages in this state, a line each.
std::string message_lines(const nlohmann::json& messages,
                          const std::string& state);

}  // namespace syncq
