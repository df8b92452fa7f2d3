#include "common/accept_field.h"

#include <algorithm>

#include "common/ascii_case.h"

namespace syncq {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// The part of `text` up to the separator; takes both away.
std::string_view take_part(std::string_view& text, char separator) {
  std::size_t end = std::min(text.find(separator), text.size());
  std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(part);
}

}  // namespace

bool names_event_stream(std::string_view field) {
  while (!field.empty()) {
    std::string_view parameters = take_part(field, ',');
    if (!equal_in_any_case(take_part(parameters, ';'), "text/event-stream")) {
      continue;
    }
    bool is_accepted = true;
    while (!parameters.empty()) {
      std::string_view parameter = take_part(parameters, ';');
      if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
        is_accepted = parameter.find_first_of("123456789") != parameter.npos;
      }
    }
    if (is_accepted) return true;
  }
  return false;
}

}  // namespace syncq
