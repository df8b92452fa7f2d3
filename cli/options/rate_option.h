#pragma once

#include <string>

#include "cli/options/command_line.h"

namespace syncq {

// --rate: at most so many in a second, a minute or an hour, or none.
void add_rate_option(CommandLine& line, std::string& value, const char* help);

}  // namespace syncq
