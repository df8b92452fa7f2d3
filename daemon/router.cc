#include "daemon/router.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/percent.h"

namespace syncq {
namespace {

constexpr std::string_view kOpen = "{}";

std::string_view name_of(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kDelete:
      return "DELETE";
    case Method::kOther:
      break;
  }
  return "";
}

void add_methods(std::string& allow, const Route& route) {
  for (Method method : route.methods) {
    std::string_view name = name_of(method);
    if (allow.find(name) != allow.npos) continue;
    if (!allow.empty()) allow += ", ";
    allow += name;
  }
}

Refusal not_encoded(std::string_view segment) {
  return {ErrorCode::kBadRequest,
          fmt::format("path segment '{}': a % must be followed by two "
                      "hexadecimal digits",
                      segment)};
}

// The path of "http://host/path" (RFC 9112, section 3.2.2) and of "/path".
std::string_view origin_form(std::string_view target) {
  if (!target.starts_with("http://")) return target;
  target.remove_prefix(7);
  std::size_t slash = target.find('/');
  return slash == target.npos ? "/" : target.substr(slash);
}

}  // namespace

// Returns how many segments there are; 0 for a path that no route can have.
std::size_t Router::split(std::string_view path, Segments& segments) {
  std::size_t count = 0;
  while (path.starts_with('/')) {
    if (count == kMostSegments) return 0;
    path.remove_prefix(1);
    segments[count] = path.substr(0, path.find('/'));
    path.remove_prefix(segments[count++].size());
  }
  return path.empty() ? count : 0;
}

// Of as many segments each.
bool Router::fits(const Segments& pattern, const Segments& path) {
  for (std::size_t i = 0; i < kMostSegments; ++i) {
    if (pattern[i] != path[i] && pattern[i] != kOpen) return false;
  }
  return true;
}

void Router::add(Route route) {
  Entry entry;
  std::size_t count = split(route.pattern, entry.segments);
  entry.route = std::move(route);
  entries_[count].push_back(std::move(entry));
}

Result<Router::Match> Router::match(const RequestHead& head,
                                    std::string& allow) const {
  std::string_view target = origin_form(head.target);
  std::size_t mark = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, mark);
  std::string_view query = mark == target.size() ? "" : target.substr(mark + 1);
  Segments segments;
  std::size_t count = split(path, segments);
  for (const Entry& entry : entries_[count]) {
    if (!fits(entry.segments, segments)) continue;
    const Route& route = entry.route;
    if (std::find(route.methods.begin(), route.methods.end(), head.method) ==
        route.methods.end()) {
      add_methods(allow, route);
      continue;
    }
    Match match{&route, {}, {}};
    std::size_t open = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (entry.segments[i] != kOpen) continue;
      auto text = percent_decode(segments[i]);
      if (!text) return not_encoded(segments[i]);
      match.path[open++] = std::move(*text);
    }
    auto parsed = Query::parse(query, route.parameters);
    if (!parsed) return parsed.refusal();
    match.query = std::move(*parsed);
    return match;
  }
  if (!allow.empty()) {
    return Refusal{
        ErrorCode::kMethodNotAllowed,
        fmt::format("this method is not for {}: use {}", path, allow)};
  }
  return Refusal{ErrorCode::kNoSuchEndpoint,
                 fmt::format("there is no endpoint {}: see /openapi.json for "
                             "those there are",
                             path)};
}

}  // namespace syncq
