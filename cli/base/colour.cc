#include "cli/base/colour.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/base/text.h"

namespace syncq {
namespace {

// ECMA-48: how what follows looks (SGR), and as it did before.
constexpr std::string_view kIntroducer = "\x1b[";
constexpr std::string_view kPlain = "\x1b[0m";

struct StateColour {
  std::string_view state;
  Colour colour;
};

constexpr StateColour kStates[] = {
    {"accepted", Colour::kGreen}, {"held", Colour::kGreen},
    {"done", Colour::kGreen},     {"ready", Colour::kCyan},
    {"waiting", Colour::kCyan},   {"paused", Colour::kYellow},
    {"stopped", Colour::kYellow}, {"expired", Colour::kRed},
    {"cancelled", Colour::kRed},  {"failed", Colour::kRed}};

int code_of(Colour colour) {
  switch (colour) {
    case Colour::kGreen:
      return 32;
    case Colour::kYellow:
      return 33;
    case Colour::kRed:
      return 31;
    case Colour::kCyan:
      return 36;
    case Colour::kNone:
      break;
  }
  return 0;
}

}  // namespace

Colour colour_of(std::string_view state) {
  for (const StateColour& each : kStates) {
    if (each.state == state) return each.colour;
  }
  return Colour::kNone;
}

std::string painted(std::string_view text, Colour colour) {
  if (colour == Colour::kNone || text.empty()) return std::string(text);
  return fmt::format("{}{}m{}{}", kIntroducer, code_of(colour), text, kPlain);
}

std::string cut_painted(std::string_view text, std::size_t columns) {
  if (text.find(kIntroducer) == text.npos) return cut_to_width(text, columns);
  std::string shown;
  // How much of it stays, before a "…", if what follows does not fit.
  std::size_t beginning = 0;
  std::size_t width = 0;
  while (!text.empty()) {
    std::string_view part = text;
    if (text.starts_with(kIntroducer)) {
      text.remove_prefix(std::min(text.find('m'), text.size() - 1) + 1);
      part.remove_suffix(text.size());
      shown += part;
      continue;
    }
    if (width < columns) beginning = shown.size();
    take_character(text);
    part.remove_suffix(text.size());
    width += text_width(part);
    if (width > columns) {
      shown.resize(beginning);
      return shown + (columns == 0 ? "" : "…") + std::string(kPlain);
    }
    shown += part;
  }
  return shown;
}

}  // namespace syncq
