#include "daemon/http/router.h"

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
    case Method::kHead:
      return "HEAD";
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

// Both have the same number of segments.
bool Router::fits(const Segments& pattern, const Segments& path) {
  for (std::size_t i = 0; i < kMostSegments; ++i) {
    if (pattern[i] != path[i] && pattern[i] != kOpen) return false;
  }
  return true;
}

void Router::add(Route route) {
  // What changes anything can be asked for by POST too, so GET alone is safe.
  if (route.methods == std::vector{Method::kGet}) {
    route.methods.push_back(Method::kHead);
  }
  Entry entry;
  std::size_t count = split(route.pattern, entry.segments);
  entry.route = std::move(route);
  entries_[count].push_back(std::move(entry));
}

Result<Router::Match> Router::match(const RequestHead& head,
                                    std::string& allow) const {
  std::string_view target = head.target;
  if (target == "*") {
    return Refusal{ErrorCode::kMethodNotAllowed,
                   "this method is not for the daemon as a whole: ask for a "
                   "path of /openapi.json"};
  }
  std::size_t mark = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, mark);
  if (path.ends_with('/')) path.remove_suffix(1);
  std::string_view query = mark == target.size() ? "" : target.substr(mark + 1);
  Segments segments;
  std::array<std::string, kMostSegments> decoded;
  std::size_t count = split(path, segments);
  for (std::size_t i = 0; i < count; ++i) {
    if (segments[i].find('%') == segments[i].npos) continue;
    auto text = percent_decode(segments[i]);
    if (!text) return not_encoded(segments[i]);
    segments[i] = decoded[i] = std::move(*text);
  }
  // Others fit as well, but a word of the path is no name.
  std::string_view pattern;
  for (const Entry& entry : entries_[count]) {
    const Route& route = entry.route;
    bool right = pattern.empty() ? fits(entry.segments, segments)
                                 : pattern == route.pattern;
    if (!right) continue;
    pattern = route.pattern;
    if (std::find(route.methods.begin(), route.methods.end(), head.method) ==
        route.methods.end()) {
      add_methods(allow, route);
      continue;
    }
    Match match{&route, {}, {}};
    std::size_t open = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (entry.segments[i] == kOpen) match.path[open++] = segments[i];
    }
    auto parsed = Query::parse(query, route.parameters, route.repeats);
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
