#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace syncq {

// Of the terminal's own palette. They only repeat what the text says.
enum class Colour { kNone, kGreen, kCyan, kYellow, kRed };

// That of a state: what goes on is green, what waits cyan, what is held up
// yellow, what went wrong red.
Colour colour_of(std::string_view state);

// `text` in that colour, for a terminal.
std::string painted(std::string_view text, Colour colour);

// `text` cut as by cut_to_width(); the colours in it take no columns.
std::string cut_painted(std::string_view text, std::size_t columns);

}  // namespace syncq
