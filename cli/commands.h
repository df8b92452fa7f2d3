#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/base/arguments.h"

namespace syncq {

// Under which heading of the overview a command stands, in this order.
enum class Section { kTurns, kLook, kSteer, kQueues, kDaemon, kOther };

// One command of syncq.
struct Command {
  std::string_view group;  // "" for a command of one word
  std::string_view name;
  int (*run)(Arguments);
  Section section;
  std::string_view summary;  // "" leaves it out of the overview
};

// All commands, in the order of the help.
std::span<const Command> all_commands();

// By its name, or by a synonym that can mean only this one (cli/synonyms.h);
// nullptr if there is none.
const Command* find_command(std::string_view group, std::string_view name);

// Whether any command is of this group.
bool is_group(std::string_view word);

// "fifo show" or "run".
std::string words_of(const Command& command);

}  // namespace syncq
