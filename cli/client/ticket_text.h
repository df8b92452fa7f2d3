#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace syncq {

// What is special about a ticket, to be said after its state: ", shared,
// stopped, priority 5"; "" for nothing.
std::string ticket_notes(const nlohmann::json& ticket);

// Of a turn: its slots, "0" or "0,1,4", or their names; "" without one.
std::string slots_text(const nlohmann::json& turn);
// "slot 0" or "slots 0,1,4".
std::string slots_words(const std::string& slots);

// Of a FIFO: how many of its slots are held.
std::string slots_taken(const nlohmann::json& fifo);

// Of a turn that has ended: how, such as "exit 0", "SIGTERM" or "expired"; ""
// if that is not known.
std::string end_text(const nlohmann::json& turn);

}  // namespace syncq
