#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/base/arguments.h"

namespace syncq {

// One command of syncq.
struct Command {
  std::string_view group;  // "" for a command of one word
  std::string_view name;
  int (*run)(Arguments);
  std::string_view summary;
};

// All commands, in the order of the help.
std::span<const Command> all_commands();

// nullptr if there is none.
const Command* find_command(std::string_view group, std::string_view name);

// Whether any command is of this group.
bool is_group(std::string_view word);

// The help of all commands, or of one group's.
std::string overview(std::string_view group);

// "there is no command 'X'; did you mean 'Y'?"
std::string unknown_command(std::string_view group, std::string_view word);

}  // namespace syncq
