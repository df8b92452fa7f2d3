#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/request.h"

namespace syncq {

// Answers through `out`, or returns the parked request.
using Handler =
    std::function<std::unique_ptr<ParkedRequest>(Request&, ReplyWriter& out)>;

struct Route {
  std::vector<Method> methods;
  // "/fifo/{}/wait/{}": {} stands for one segment.
  std::string_view pattern;
  std::vector<std::string_view> parameters;
  Handler handler;
  // The body may be a message; elsewhere only kMaxSmallBody is taken.
  bool takes_message = false;
  // Begins as soon as the head is there, and reads its body as it comes.
  bool streams_body = false;
  // Set by Router: what most paths are told apart by. The pattern up to its
  // first {}, and how many slashes it has.
  std::string_view fixed = {};
  std::ptrdiff_t slashes = 0;
};

inline constexpr std::uint64_t kMaxSmallBody = 64 * 1024;

// The table of endpoints.
class Router {
 public:
  void add(Route route);

  // A route with the request's path and query taken apart, or why there is
  // none. `allow` gets the Allow field's value for kMethodNotAllowed.
  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> path;
    Query query;
  };
  Result<Match> match(const RequestHead& head, std::string& allow) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace syncq
