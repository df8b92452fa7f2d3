#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/characters.h"

namespace syncq {

// "1st", "2nd", "3rd", "4th", "11th", "21st".
std::string ordinal(unsigned number);

// The columns a terminal needs for UTF-8 text; wide East Asian characters
// take two.
std::size_t text_width(std::string_view text);

// `text` cut to at most `columns`, with "…" for what is missing.
std::string cut_to_width(std::string_view text, std::size_t columns);

// `text` cut to at most `columns`, with "…" in its middle: both ends of names,
// paths and command lines matter.
std::string cut_middle(std::string_view text, std::size_t columns);

// A path with the user's home directory as "~".
std::string with_tilde(std::string_view path);

// Words as one line to paste into a shell, quoted where needed.
std::string shell_line(const std::vector<std::string>& words);

// The name in `names` nearest to `word`, if near enough to be meant; else "".
std::string_view nearest(std::string_view word,
                         const std::vector<std::string_view>& names);

}  // namespace syncq
