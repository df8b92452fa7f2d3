#pragma once

#include <optional>
#include <string_view>

namespace syncq {

// A request's target, RFC 9112, section 3.2.
struct HttpTarget {
  std::string_view authority;  // empty except in the absolute form
  std::string_view path;       // with its query; "*" in the asterisk form
};

// nullopt if it is not a target that a server is sent, or names no host.
std::optional<HttpTarget> read_target(std::string_view text);

// Whether `text` is a host, with a port or without. No user, no list; empty is
// right for a client with no name for the server (RFC 9110, section 7.2).
bool is_host(std::string_view text);

}  // namespace syncq
