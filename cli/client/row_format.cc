#include "cli/client/row_format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/client/json_fields.h"
#include "common/characters.h"

namespace syncq {
namespace {

Refusal wrong(std::string what) {
  return {ErrorCode::kBadRequest, std::move(what)};
}

// By its name, which may have dots.
std::string value_of(const nlohmann::json& row, std::string_view name) {
  const nlohmann::json* object = &row;
  for (;;) {
    std::size_t dot = name.find('.');
    std::string key(name.substr(0, dot));
    if (dot == name.npos) return sanitize(field_text(*object, key.c_str()));
    object = &field_of(*object, key.c_str());
    name.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<RowFormat> RowFormat::read(std::string_view text,
                                  const std::vector<std::string>& fields) {
  RowFormat format;
  std::string what = format.parse(text);
  if (!what.empty()) return wrong(std::move(what));
  for (const Part& part : format.parts_) {
    bool known = !part.is_field || std::find(fields.begin(), fields.end(),
                                             part.text) != fields.end();
    if (known) continue;
    return wrong(fmt::format("there is no field '{}': use {}", part.text,
                             fmt::join(fields, ", ")));
  }
  return format;
}

RowFormat::RowFormat(std::string_view text) { parse(text); }

std::string RowFormat::line(const nlohmann::json& row) const {
  std::string line;
  for (const Part& part : parts_) {
    line += part.is_field ? value_of(row, part.text) : part.text;
  }
  return line + '\n';
}

void RowFormat::add(char c) {
  if (parts_.empty() || parts_.back().is_field) parts_.emplace_back();
  parts_.back().text += c;
}

std::string RowFormat::parse(std::string_view text) {
  if (text.empty()) return "it is empty";
  while (!text.empty()) {
    const char first = text.front();
    const char second = text.size() > 1 ? text[1] : '\0';
    text.remove_prefix(1);
    if (first == '{' && second != '{') {
      std::size_t end = text.find('}');
      if (end == text.npos) return "a { has no }; write {{ for a brace";
      parts_.push_back({true, std::string(text.substr(0, end))});
      text.remove_prefix(end + 1);
      continue;
    }
    if (first == '{' || first == '}') {
      if (second != first) return "a } has no {; write }} for a brace";
      add(first);
    } else if (first == '\\') {
      constexpr std::string_view kLetters = "nt\\";
      constexpr std::string_view kMeanings = "\n\t\\";
      std::size_t letter = kLetters.find(second);
      if (letter == kLetters.npos) {
        return "a \\ has to be one of \\n, \\t and \\\\";
      }
      add(kMeanings[letter]);
    } else {
      add(first);
      continue;
    }
    text.remove_prefix(1);
  }
  return {};
}

}  // namespace syncq
