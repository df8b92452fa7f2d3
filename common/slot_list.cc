#include "common/slot_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "common/names.h"

namespace syncq {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_number(std::string_view text) {
  return text.find(',') == text.npos && (text.empty() || !is_letter(text[0]));
}

Result<SlotList> parse_number(std::string_view text) {
  SlotList list;
  const char* end = text.data() + text.size();
  auto [rest, fault] = std::from_chars(text.data(), end, list.count);
  bool whole = fault == std::errc() && rest == end;
  if (whole && list.count >= 1 && list.count <= kMaxSlots) return list;
  return Refusal{ErrorCode::kInvalidNumber,
                 fmt::format("slots '{}': use a whole number from 1 to {}, in "
                             "decimal digits, or names with commas between "
                             "them",
                             text, kMaxSlots)};
}

Refusal wrong_names(std::string what) {
  return {ErrorCode::kInvalidName, std::move(what)};
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (std::size_t end = text.find(','); end != text.npos;
       end = text.find(',')) {
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.emplace_back(text);
  return parts;
}

Result<SlotList> parse_slots(std::string_view text) {
  if (is_number(text)) return parse_number(text);
  if (text.size() > kMaxSlotList) {
    return wrong_names(
        fmt::format("slots: their names are {} bytes with the commas, and may "
                    "be {}: use shorter ones, or numbers",
                    text.size(), kMaxSlotList));
  }
  SlotList list;
  list.names = split_list(text);
  std::set<std::string_view> known;
  for (const std::string& name : list.names) {
    Result<> valid = check_name(name, "slot");
    if (!valid) return valid.refusal();
    if (known.insert(name).second) continue;
    return wrong_names(fmt::format(
        "slots '{}': two are called '{}': give each its own", text, name));
  }
  if (list.names.size() > kMaxSlots) {
    return wrong_names(fmt::format("slots: there are {} names, and may be {}",
                                   list.names.size(), kMaxSlots));
  }
  list.count = static_cast<int>(list.names.size());
  return list;
}

}  // namespace syncq
