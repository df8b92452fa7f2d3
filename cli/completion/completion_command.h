#pragma once

#include <string_view>

#include "cli/base/arguments.h"

namespace syncq {

// `syncq completion SHELL`
int completion_command(Arguments arguments);

// The file in completions/ of bash, zsh or fish.
std::string_view completion_script(std::string_view shell);

}  // namespace syncq
