#include "cli/leading_options.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

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

// Before the command it is what every command has, whatever the letter means
// to this one: `flock` has others.
char* long_form(char* option) {
  static char output[] = "--output";
  static char endpoint[] = "--endpoint";
  if (option == "-o"sv) return output;
  return option == "-e"sv ? endpoint : option;
}

bool is_movable(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && word != "--help" &&
         word != "-h" && word != "--version" && word != "-V" && word != "--";
}

// How many words name the command; after `help` all of them may.
std::size_t name_length(Arguments words, std::string_view first) {
  if (first == "help" || first == "--help" || first == "-h") {
    return words.size();
  }
  return is_group(first) ? 2 : 1;
}

}  // namespace

std::vector<char*> move_leading_options(Arguments words) {
  std::vector<char*> name;
  std::vector<char*> options;
  std::size_t at = 0;
  std::size_t length = 1;
  while (at < words.size() && name.size() < length) {
    if (is_movable(words[at])) {
      if (takes_next_word(words[at])) {
        options.push_back(long_form(words[at++]));
      }
      if (at < words.size()) options.push_back(words[at++]);
    } else {
      name.push_back(words[at++]);
      if (name.size() == 1) length = name_length(words, name[0]);
    }
  }
  std::vector<char*> ordered = std::move(name);
  ordered.insert(ordered.end(), options.begin(), options.end());
  for (; at < words.size(); ++at) ordered.push_back(words[at]);
  ordered.push_back(nullptr);
  return ordered;
}

}  // namespace syncq
