#include "cli/completion/shell_words.h"

namespace syncq {

std::vector<std::string> split_shell_line(std::string_view line) {
  std::vector<std::string> words(1);
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (quote == '\0' && (c == ' ' || c == '\t' || c == '\n')) {
      if (in_word) words.emplace_back();
      in_word = false;
      continue;
    }
    in_word = true;
    bool escapes = c == '\\' && quote != '\'' && i + 1 < line.size();
    if (escapes) {
      words.back() += line[++i];
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace syncq
