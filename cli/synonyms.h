#pragma once

#include <span>
#include <string>
#include <string_view>

namespace syncq {

// What users of git, docker, kubectl and pueue type for a command of syncq.
struct Synonym {
  std::string_view group;
  std::string_view word;
  // The command that it runs, such as "fifo ls". Several, with `|` in between:
  // it runs none, and the user is asked which.
  std::string_view meant;
};
std::span<const Synonym> all_synonyms();

// The only command that `word` can mean; "" if there is none, or several.
std::string_view same_as(std::string_view group, std::string_view word);

// "there is no command 'X'; did you mean `syncq Y`?"
std::string unknown_command(std::string_view group, std::string_view word);

}  // namespace syncq
