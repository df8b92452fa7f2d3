#include "daemon/http/query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "common/duration.h"
#include "common/percent.h"

namespace syncq {
namespace {

Result<std::pair<std::string, std::string>> decode_pair(std::string_view text) {
  std::size_t equals = std::min(text.find('='), text.size());
  auto name = percent_decode(text.substr(0, equals));
  auto value =
      percent_decode(equals == text.size() ? "" : text.substr(equals + 1));
  if (!name || !value) {
    return Refusal{ErrorCode::kBadRequest,
                   fmt::format("parameter '{}': a % must be followed by two "
                               "hexadecimal digits",
                               text)};
  }
  return std::pair(*name, *value);
}

}  // namespace

Result<Query> Query::parse(std::string_view text,
                           std::span<const std::string_view> allowed,
                           std::string_view repeats) {
  Query query;
  Result<> added = query.add(text, allowed, repeats);
  if (!added) return added.refusal();
  return query;
}

Result<> Query::add_form(std::string_view form,
                         std::span<const std::string_view> allowed,
                         std::string_view repeats) {
  std::string text(form);
  std::replace(text.begin(), text.end(), '+', ' ');
  return add(text, allowed, repeats);
}

Result<> Query::add(std::string_view text,
                    std::span<const std::string_view> allowed,
                    std::string_view repeats) {
  while (!text.empty()) {
    std::size_t end = std::min(text.find('&'), text.size());
    std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (piece.empty()) continue;
    auto pair = decode_pair(piece);
    if (!pair) return pair.refusal();
    if (std::find(allowed.begin(), allowed.end(), pair->first) ==
        allowed.end()) {
      return Refusal{
          ErrorCode::kUnknownParameter,
          fmt::format("parameter '{}' is not known here: {}", pair->first,
                      allowed.empty()
                          ? std::string("this endpoint takes none")
                          : fmt::format("use {}", fmt::join(allowed, ", ")))};
    }
    if (pair->first != repeats && find(pair->first) != nullptr) {
      return Refusal{ErrorCode::kDuplicateParameter,
                     fmt::format("parameter '{}' is given twice: give it once",
                                 pair->first)};
    }
    pairs_.push_back(std::move(*pair));
  }
  return Nothing{};
}

const std::string* Query::find(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string Query::text(std::string_view name) const {
  const std::string* value = find(name);
  return value == nullptr ? std::string() : *value;
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : pairs_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

Result<std::optional<Duration>> Query::duration(std::string_view name) const {
  const std::string* value = find(name);
  if (value == nullptr) return std::optional<Duration>();
  Result<Duration> parsed = parse_duration(*value, name);
  if (!parsed) return parsed.refusal();
  return std::optional(*parsed);
}

Result<std::optional<bool>> Query::boolean(std::string_view name) const {
  const std::string* value = find(name);
  if (value == nullptr) return std::optional<bool>();
  if (*value == "true" || *value == "1") return std::optional(true);
  if (*value == "false" || *value == "0") return std::optional(false);
  return Refusal{ErrorCode::kInvalidBoolean,
                 fmt::format("{} '{}': use true or false", name, *value)};
}

Result<std::optional<std::int64_t>> Query::number(std::string_view name,
                                                  std::int64_t least,
                                                  std::int64_t most) const {
  const std::string* value = find(name);
  if (value == nullptr) return std::optional<std::int64_t>();
  std::int64_t number = 0;
  const char* end = value->data() + value->size();
  auto [rest, fault] = std::from_chars(value->data(), end, number);
  if (fault != std::errc() || rest != end || number < least || number > most) {
    return Refusal{ErrorCode::kInvalidNumber,
                   fmt::format("{} '{}': use a whole number from {} to {}",
                               name, *value, least, most)};
  }
  return std::optional(number);
}

}  // namespace syncq
