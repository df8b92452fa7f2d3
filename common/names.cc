#include "common/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/characters.h"
#include "common/uuid.h"

namespace syncq {
namespace {

bool allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == ':' || c == '-';
}

}  // namespace

Result<> check_name(std::string_view name, std::string_view what) {
  if (name.empty() || name.size() > kMaxNameLength ||
      !std::all_of(name.begin(), name.end(), allowed)) {
    return Refusal{
        ErrorCode::kInvalidName,
        fmt::format("{} name '{}': use 1 to 255 of A-Z a-z 0-9 . _ : -", what,
                    name.substr(0, kMaxNameLength))};
  }
  if (Uuid::parse(name)) {
    return Refusal{ErrorCode::kInvalidName,
                   fmt::format("{} name '{}' looks like a UUID: choose a name "
                               "that can't be mistaken for one",
                               what, name)};
  }
  if (name == "." || name == "..") {
    return Refusal{ErrorCode::kInvalidName,
                   fmt::format("{} name '{}' means another place in a path: "
                               "choose a name with a letter or a digit",
                               what, name)};
  }
  return Nothing{};
}

Result<> check_fifo_name(std::string_view name) {
  if (name == kReservedFifoName) {
    return Refusal{ErrorCode::kInvalidName,
                   fmt::format("FIFO name '{}' stands for making one: choose "
                               "another name",
                               name)};
  }
  return check_name(name, "FIFO");
}

Result<> check_group(std::string_view group) {
  bool fits = !group.empty() && group.size() <= kMaxGroupLength;
  if (fits && sanitize(group) == group) return Nothing{};
  return Refusal{
      ErrorCode::kInvalidName,
      fmt::format("group '{}': use 1 to {} bytes of UTF-8, and no "
                  "control characters",
                  sanitize(group.substr(0, kMaxGroupLength)), kMaxGroupLength)};
}

}  // namespace syncq
