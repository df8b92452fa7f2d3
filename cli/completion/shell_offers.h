#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/completion/offers.h"

namespace syncq {

// A line as one of the shells has sent it, and how that wants its answer. Each
// is the other end of a script in completions/.
struct ShellLine {
  // After the program's name; the last is to be completed.
  std::vector<std::string> words;
  // The answer: first what kind it is, then one offer a line.
  std::string (*answer)(const ShellLine&, const Completion&) = nullptr;

  // Of bash.
  std::size_t columns = 80;
  bool lists = true;     // else it inserts the offers one after the other
  std::string replaced;  // the end of the last word that an offer replaces
};

// Reads "bash TYPE COLUMNS REPLACED LINE", "zsh WORD..." or "fish WORD...".
// No words: it is none of them.
ShellLine read_shell_line(std::span<char* const> arguments);

}  // namespace syncq
