#pragma once

#include <optional>
#include <string_view>

namespace syncq {

// A request's target, RFC 9112, section 3.2.
struct HttpTarget {
  std::string_view authority;  // empty in the origin and asterisk forms
  std::string_view path;       // with its query; "*" where there is none
};

// nullopt if it is not a target that a server is sent, or names no host.
std::optional<HttpTarget> read_target(std::string_view text);

// The same for CONNECT, whose target is a host and a port.
std::optional<HttpTarget> read_connect_target(std::string_view text);

// Whether `text` is a host, with a port or without. No user, no list; empty is
// right for a client with no name for the server (RFC 9110, section 7.2).
bool is_host(std::string_view text);

}  // namespace syncq
