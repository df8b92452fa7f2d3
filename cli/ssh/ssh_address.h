#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace syncq {

inline constexpr std::string_view kSshScheme = "ssh://";

// A machine as ssh(1) knows it: HOST may be an alias of its configuration.
struct SshAddress {
  std::string user;  // "": as the configuration has it
  std::string host;
  std::string port;  // "": as the configuration has it

  // As the user wrote it: ssh://[USER@]HOST[:PORT].
  std::string url() const;
};

// Reads ssh://[USER@]HOST[:PORT]; an IPv6 address stands in brackets. Refuses
// with kBadRequest, also what ssh or a shell could take for more than a name.
Result<SshAddress> parse_ssh_address(std::string_view url);

}  // namespace syncq
