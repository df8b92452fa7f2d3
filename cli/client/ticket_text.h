#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace syncq {

// What is special about a ticket, to be said after its state: ", stopped,
// priority 5"; "" for nothing.
std::string ticket_notes(const nlohmann::json& ticket);

}  // namespace syncq
