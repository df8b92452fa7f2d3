#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace syncq {

// One setting of a config file: `text` is NAME = ["VALUE", ...] on one line,
// whether the file has one value or a list, and without comments.
struct ConfigStatement {
  std::size_t line;
  std::string text;
};

// Takes the text of a config file apart: the part of TOML (toml.io) that
// settings need, with nothing in it that CLI11's reader leaves out or takes for
// something else, such as an open bracket, a '#' in a string, or a short line.
// The text must outlive it.
class ConfigStatements {
 public:
  explicit ConfigStatements(std::string_view text) : rest_(text) {}

  // The next one; nullopt at the end. Throws Failure that names the line.
  std::optional<ConfigStatement> next();

 private:
  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  void advance();
  void skip_blanks();
  // Blanks, comments and line ends.
  void skip_lines();
  void skip_comment();
  std::string name();
  std::string value();
  std::string list();
  void end_of_line();
  [[noreturn]] void refuse(std::string_view why) const;

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace syncq
