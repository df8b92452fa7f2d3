#include "daemon/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "common/percent.h"

namespace syncq {
namespace {

std::string_view take_segment(std::string_view& path) {
  std::size_t end = std::min(path.find('/'), path.size());
  std::string_view segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

std::ptrdiff_t slashes(std::string_view path) {
  return std::count(path.begin(), path.end(), '/');
}

// True where the path fits; `open` gets the segments under {}, not decoded.
bool fits(std::string_view pattern, std::string_view path,
          std::vector<std::string_view>& open) {
  open.clear();
  while (!pattern.empty() || !path.empty()) {
    std::string_view wanted = take_segment(pattern);
    std::string_view given = take_segment(path);
    if (wanted == "{}") {
      open.push_back(given);
    } else if (wanted != given) {
      return false;
    }
  }
  return true;
}

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

Result<std::vector<std::string>> decode(
    const std::vector<std::string_view>& segments) {
  std::vector<std::string> decoded;
  for (std::string_view segment : segments) {
    auto text = percent_decode(segment);
    if (!text) {
      return Refusal{ErrorCode::kBadRequest,
                     fmt::format("path segment '{}': a % must be followed by "
                                 "two hexadecimal digits",
                                 segment)};
    }
    decoded.push_back(std::move(*text));
  }
  return decoded;
}

// The path of "http://host/path" (RFC 9112, section 3.2.2) and of "/path".
std::string_view origin_form(std::string_view target) {
  if (!target.starts_with("http://")) return target;
  target.remove_prefix(7);
  std::size_t slash = target.find('/');
  return slash == target.npos ? "/" : target.substr(slash);
}

}  // namespace

void Router::add(Route route) {
  route.fixed = route.pattern.substr(0, route.pattern.find('{'));
  route.slashes = slashes(route.pattern);
  routes_.push_back(std::move(route));
}

Result<Router::Match> Router::match(const RequestHead& head,
                                    std::string& allow) const {
  std::string_view target = origin_form(head.target);
  std::size_t mark = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, mark);
  std::string_view query = mark == target.size() ? "" : target.substr(mark + 1);
  std::vector<std::string_view> open;
  std::ptrdiff_t depth = slashes(path);
  for (const Route& route : routes_) {
    if (route.slashes != depth || !path.starts_with(route.fixed)) continue;
    if (!fits(route.pattern, path, open)) continue;
    if (std::find(route.methods.begin(), route.methods.end(), head.method) ==
        route.methods.end()) {
      add_methods(allow, route);
      continue;
    }
    auto decoded = decode(open);
    if (!decoded) return decoded.refusal();
    auto parsed = Query::parse(query, route.parameters);
    if (!parsed) return parsed.refusal();
    return Match{&route, std::move(*decoded), std::move(*parsed)};
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
