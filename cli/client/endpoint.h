#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace syncq {

// A daemon that the user named by URL. It is never started by a client.
struct Endpoint {
  // Set for unix:/path, empty for TCP.
  std::string path;
  // Set for http://HOST:PORT; an IPv6 address is without brackets here.
  std::string host;
  std::string port;

  bool is_unix() const { return !path.empty(); }
  // The value of the Host field of requests to it.
  std::string host_field() const;
};

// Reads `http://HOST:PORT` (default port 80) or `unix:/path`. Refuses with
// kBadRequest.
Result<Endpoint> parse_endpoint(std::string_view url);

}  // namespace syncq
