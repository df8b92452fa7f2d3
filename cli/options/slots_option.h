#pragma once

#include <string>

#include "cli/options/command_line.h"

namespace syncq {

// --slots: how many a FIFO has, or their names.
void add_slots_option(CommandLine& line, std::string& value, const char* help);

}  // namespace syncq
