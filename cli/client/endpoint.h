#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/ssh/ssh_address.h"
#include "common/result.h"

namespace syncq {

// A daemon that the user named by URL. It is never started by a client, but by
// `syncq daemon dial` at the other end of ssh.
struct Endpoint {
  // Set for unix:/path, empty for TCP.
  std::string path;
  // Set for http://HOST:PORT; an IPv6 address is without brackets here.
  std::string host;
  std::string port;
  // Set for ssh://, and then nothing else is.
  std::optional<SshAddress> ssh{};

  bool is_unix() const { return !path.empty(); }
  // The value of the Host field of requests to it.
  std::string host_field() const;
  // For messages.
  std::string name() const;
};

// Reads `http://HOST:PORT` (default port 80), `ssh://[USER@]HOST[:PORT]` or
// `unix:/path`. Refuses with kBadRequest.
Result<Endpoint> parse_endpoint(std::string_view url);

}  // namespace syncq
