#include "cli/options/config_statements.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/base/failure.h"

namespace syncq {
namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
}

// CLI11 would make something else of it, even in quotes.
bool is_special(char c) { return c == '\\' || c == '#' || c == '"'; }

// Removes and returns what `rest` begins with, as far as `belongs` says.
template <typename Belongs>
std::string_view take(std::string_view& rest, Belongs belongs) {
  auto end = std::find_if_not(rest.begin(), rest.end(), belongs);
  auto taken = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(taken.size());
  return taken;
}

}  // namespace

std::optional<ConfigStatement> ConfigStatements::next() {
  skip_lines();
  if (at_end()) return std::nullopt;
  ConfigStatement statement{line_, ""};
  statement.text = name() + " = ";
  skip_blanks();
  statement.text += peek() == '[' ? list() : '[' + value() + ']';
  end_of_line();
  return statement;
}

void ConfigStatements::advance() {
  if (peek() == '\n') ++line_;
  rest_.remove_prefix(1);
}

void ConfigStatements::skip_blanks() {
  take(rest_, [](char c) { return c == ' ' || c == '\t'; });
}

void ConfigStatements::skip_comment() {
  if (peek() != '#') return;
  take(rest_, [](char c) { return !is_control(c); });
}

void ConfigStatements::skip_lines() {
  for (;;) {
    skip_blanks();
    skip_comment();
    if (rest_.starts_with("\r\n")) advance();
    if (peek() != '\n') return;
    advance();
  }
}

std::string ConfigStatements::name() {
  if (peek() == '[') refuse("a section; the settings are not in sections");
  std::string_view word = take(rest_, is_name);
  skip_blanks();
  if (word.empty() || peek() != '=') {
    refuse("something that is not NAME = VALUE");
  }
  advance();
  return std::string(word);
}

// A string in its quotes, or what TOML lets stand without: true, false and
// numbers.
std::string ConfigStatements::value() {
  char quote = peek();
  if (quote != '"' && quote != '\'') {
    std::string_view word = take(rest_, is_name);
    bool digits = !word.empty() &&
                  std::all_of(word.begin(), word.end(),
                              [](char c) { return c >= '0' && c <= '9'; });
    if (!digits && word != "true" && word != "false") {
      refuse("a value without quotes; write it like \"15m\"");
    }
    return fmt::format("\"{}\"", word);
  }
  advance();
  std::string_view text = take(rest_, [quote](char c) {
    return c != quote && !is_special(c) && !is_control(c);
  });
  if (peek() != quote && is_special(peek())) {
    refuse(fmt::format("'{}' in a value; no setting needs it", peek()));
  }
  if (peek() != quote) refuse("a value whose quotes are not closed");
  // CLI11 would take such quotes away as well.
  if (text.starts_with('\'')) {
    refuse("''' at the beginning of a value; no setting needs it");
  }
  advance();
  return fmt::format("{0}{1}{0}", quote, text);
}

std::string ConfigStatements::list() {
  std::string values = "[";
  advance();
  for (skip_lines(); peek() != ']' || at_end(); skip_lines()) {
    if (at_end()) refuse("a list without its ']'");
    if (values.size() > 1) values += ',';
    values += value();
    skip_lines();
    if (peek() == ',') {
      advance();
    } else if (peek() != ']') {
      refuse("a list without a ',' or ']' after a value");
    }
  }
  advance();
  return values + ']';
}

void ConfigStatements::end_of_line() {
  skip_blanks();
  skip_comment();
  if (rest_.starts_with("\r\n")) advance();
  if (!at_end() && peek() != '\n') {
    refuse(is_control(peek()) ? "a control character; remove it"
                              : "more than one value; write a list as "
                                "[\"A\", \"B\"]");
  }
}

void ConfigStatements::refuse(std::string_view why) const {
  throw Failure(fmt::format("line {} has {}", line_, why), kExitUsage);
}

}  // namespace syncq
