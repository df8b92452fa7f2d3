#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/base/arguments.h"

namespace syncq {

// An option or a positional of a command, for completion.
struct OptionRow {
  // "-n" and "--nowait"; a positional that is an option too has its names.
  std::vector<std::string> names;
  bool positional = false;
  // May be given more than once.
  bool repeats = false;
  // What stands for its value in --help: "FIFO", "D"; "[D]" if that may be
  // missing, "" for a flag.
  std::string type;
  // All values there are, if that is known.
  std::vector<std::string> choices;
  std::string help;
};

// The type of a value of which no more is known: that of a positional is then
// its own name.
inline constexpr const char* kAnyText = "TEXT";

// `names` as CommandLine takes them: "-u,--uuid,FIFO".
OptionRow make_row(std::string_view names, std::string_view type,
                   std::string_view help);

struct OptionTable {
  std::vector<OptionRow> rows;
  // A command's words follow "--".
  bool takes_command = false;
  // What follows the first positional is none.
  bool options_end = false;
};

// What a command says to its CommandLine. Runs nothing else of it, as --help.
OptionTable options_of(int (*command)(Arguments));

}  // namespace syncq
