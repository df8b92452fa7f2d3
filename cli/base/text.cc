#include "cli/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "common/characters.h"
#include "common/environment.h"

namespace syncq {
namespace {

// The blocks of UAX #11 that terminals show two columns wide, roughly.
bool is_wide(std::uint32_t c) {
  // Those below U+2E80 that are shown as emoji.
  static constexpr std::uint32_t kEmoji[][2] = {
      {0x231A, 0x231B}, {0x23E9, 0x23EC}, {0x23F0, 0x23F0}, {0x23F3, 0x23F3},
      {0x25FD, 0x25FE}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267F, 0x267F},
      {0x2693, 0x2693}, {0x26A1, 0x26A1}, {0x26AA, 0x26AB}, {0x26BD, 0x26BE},
      {0x26C4, 0x26C5}, {0x26CE, 0x26CE}, {0x26D4, 0x26D4}, {0x26EA, 0x26EA},
      {0x26F2, 0x26F3}, {0x26F5, 0x26F5}, {0x26FA, 0x26FA}, {0x26FD, 0x26FD},
      {0x2705, 0x2705}, {0x270A, 0x270B}, {0x2728, 0x2728}, {0x274C, 0x274C},
      {0x274E, 0x274E}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797},
      {0x27B0, 0x27B0}, {0x27BF, 0x27BF}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50},
      {0x2B55, 0x2B55}};
  for (auto [first, last] : kEmoji) {
    if (c >= first && c <= last) return true;
  }
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
         (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

std::size_t columns_of(std::uint32_t character) {
  return character != kNoCharacter && is_wide(character) ? 2 : 1;
}

bool needs_quotes(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
      "%+,-./:=@_^";
  return word.empty() || word.find_first_not_of(kPlain) != word.npos;
}

// The Damerau-Levenshtein distance: two swapped letters are one mistake.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(
      a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      std::size_t changed = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string ordinal(unsigned number) {
  unsigned last_two = number % 100;
  unsigned last = number % 10;
  bool teen = last_two >= 11 && last_two <= 13;
  const char* suffix = teen        ? "th"
                       : last == 1 ? "st"
                       : last == 2 ? "nd"
                       : last == 3 ? "rd"
                                   : "th";
  return fmt::format("{}{}", number, suffix);
}

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += columns_of(take_character(text));
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  if (text_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::string_view rest = text;
  std::size_t width = 1;  // the "…"
  for (;;) {
    std::string_view before = rest;
    width += columns_of(take_character(rest));
    if (width > columns) {
      return std::string(text.substr(0, text.size() - before.size())) + "…";
    }
  }
}

std::string cut_middle(std::string_view text, std::size_t columns) {
  std::size_t width = text_width(text);
  if (width <= columns || columns == 0) return cut_to_width(text, columns);
  std::size_t tail = (columns - 1) / 2;
  std::string head = cut_to_width(text, columns - tail);
  while (width > tail) width -= columns_of(take_character(text));
  return head + std::string(text);
}

std::string with_tilde(std::string_view path) {
  std::string_view home = env("HOME");
  while (home.ends_with('/')) home.remove_suffix(1);
  if (home.empty() || !path.starts_with(home)) return std::string(path);
  std::string_view rest = path.substr(home.size());
  if (!rest.empty() && rest.front() != '/') return std::string(path);
  return "~" + std::string(rest);
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    if (!needs_quotes(word)) {
      line += word;
      continue;
    }
    line += '\'';
    for (char c : word) {
      if (c == '\'') {
        line += "'\\''";
      } else {
        line += c;
      }
    }
    line += '\'';
  }
  return line;
}

std::string_view nearest(std::string_view word,
                         const std::vector<std::string_view>& names) {
  std::string_view best;
  // A third of the word may be wrong, at most two letters.
  std::size_t limit = std::min<std::size_t>(2, (word.size() + 2) / 3);
  for (std::string_view name : names) {
    std::size_t apart = distance(word, name);
    if (apart > limit) continue;
    if (best.empty() || apart < distance(word, best)) best = name;
  }
  return best;
}

}  // namespace syncq
