#pragma once

#include <span>
#include <string_view>

namespace syncq {

// The words of a tool's command line, without the tool.
using ToolWords = std::span<const std::string_view>;

// What a command line is to others that use the same files.
enum class Effect {
  kReads,   // goes past them, and is to take no lock either
  kPast,    // goes past: it uses other files, or runs as long as somebody likes
  kPerson,  // somebody may work in it: goes past at a terminal, else has a turn
  kTurn,    // has a turn
};

}  // namespace syncq
