#include "cli/leading_options.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/commands.h"

namespace syncq {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kWithValue = {"-o"sv, "--output"sv, "-e"sv, "--endpoint"sv,
                                   "--socket"sv};

bool takes_next_word(std::string_view option) {
  return std::find(kWithValue.begin(), kWithValue.end(), option) !=
         kWithValue.end();
}

bool is_movable(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && word != "--help" &&
         word != "-h" && word != "--version" && word != "-V" && word != "--";
}

// The words that name the command; behind `help` they all may.
std::size_t name_length(Arguments words) {
  std::string_view first = words[0];
  if (first == "help" || first == "--help" || first == "-h") {
    return words.size();
  }
  return is_group(first) ? 2 : 1;
}

}  // namespace

std::vector<char*> move_leading_options(Arguments words) {
  std::size_t options = 0;
  while (options < words.size() && is_movable(words[options])) {
    options += takes_next_word(words[options]) ? 2 : 1;
  }
  options = std::min(options, words.size());
  std::vector<char*> ordered(words.begin(), words.end());
  ordered.push_back(nullptr);
  if (options == 0 || options == words.size()) return ordered;
  std::size_t name = name_length(words.subspan(options));
  std::size_t end = std::min(options + name, words.size());
  std::rotate(ordered.begin(), ordered.begin() + static_cast<long>(options),
              ordered.begin() + static_cast<long>(end));
  return ordered;
}

}  // namespace syncq
