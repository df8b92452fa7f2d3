#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/http/request.h"

namespace syncq {

// Answers through `out`, or returns the parked request.
using Handler =
    std::function<std::unique_ptr<ParkedRequest>(Request&, ReplyWriter& out)>;

struct Route {
  std::vector<Method> methods;
  // "/fifo/{}/wait/{}": {} stands for one segment. At most kMostSegments, and
  // as many {} as OpenSegments has.
  std::string_view pattern;
  std::vector<std::string_view> parameters;
  Handler handler;
  // The body may be a message; elsewhere only kMaxSmallBody is taken.
  bool takes_message = false;
  // May park its caller. Not set if it does so only with the parameter `wait`.
  bool waits = false;
  // Begins as soon as the head is there, and reads its body as it comes.
  bool streams_body = false;
  // The answer may be large: begun only if there is room for one.
  bool answers_large = false;
  // The body is JSON. With none of takes_message, streams_body and this set, it
  // can only be a form of parameters.
  bool takes_json = false;
  // The parameter that may be given several times, if there is one.
  std::string_view repeats = "";
};

inline Route large(Route route) {
  route.answers_large = true;
  return route;
}

inline constexpr std::uint64_t kMaxSmallBody = 64 * 1024;

inline constexpr std::size_t kMostSegments = 4;

// The table of endpoints.
class Router {
 public:
  // Of two patterns for one path, add the more specific first.
  void add(Route route);

  // A route with the request's path and query taken apart, or why there is
  // none. `allow` gets the Allow field's value for kMethodNotAllowed.
  struct Match {
    const Route* route = nullptr;
    OpenSegments path;
    Query query;
  };
  Result<Match> match(const RequestHead& head, std::string& allow) const;

 private:
  using Segments = std::array<std::string_view, kMostSegments>;
  struct Entry {
    Segments segments;
    Route route;
  };
  static std::size_t split(std::string_view path, Segments& segments);
  static bool fits(const Segments& pattern, const Segments& path);

  // By the number of their segments.
  std::array<std::vector<Entry>, kMostSegments + 1> entries_;
};

}  // namespace syncq
