#pragma once

#include <string>
#include <vector>

#include "cli/base/deadline.h"
#include "cli/ssh/ssh_address.h"

namespace syncq {

// What the user's configuration of ssh says of a machine.
struct SshConfig {
  // The same for all addresses that lead to one user of one machine in the same
  // way, with the same keys.
  std::string destination;
  // The user's own shared connection (ControlPath); "" if there is to be none.
  std::string control_path;
  // It is made there by whoever comes first, and stays for the next.
  bool makes_shared = false;
  bool has_keepalive = false;
  bool has_connect_timeout = false;
};

// Asks ssh itself (`ssh -G`). Throws Failure with its words if that fails, or
// takes until `limit`.
SshConfig read_ssh_config(const SshAddress& address, Deadline limit);

// What `ssh -G` printed, read.
SshConfig parse_ssh_config(std::string_view text);

// The words that lead to the machine: user, port, and at last the host.
std::vector<std::string> ssh_destination(const SshAddress& address);

}  // namespace syncq
