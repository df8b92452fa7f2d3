#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/base/table.h"

namespace syncq {

// What the tables of tickets share.

// When the turn ends of one that has it, or comes; "" if that is not known.
// With a bar if the terminal has room.
std::string expected_text(const nlohmann::json& ticket);

// The last columns of --wide, and their cells.
void add_wide_columns(std::vector<std::string>& header);
void add_wide_cells(std::vector<Cell>& cells, const nlohmann::json& ticket);

// `state` and what is special about the ticket, in the state's colour or in
// that of one that is stopped.
Cell state_cell(const nlohmann::json& ticket, const std::string& state,
                Colour colour);

// The tickets of a FIFO as rows for --format, with the FIFO in each.
void add_ticket_rows(std::vector<nlohmann::json>& rows,
                     const nlohmann::json& fifo, const nlohmann::json& tickets);

}  // namespace syncq
