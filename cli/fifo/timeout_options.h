#pragma once

#include <string>

#include "cli/client/request.h"
#include "cli/options/command_line.h"

namespace syncq {

// The timeouts of a FIFO or of one ticket, as the user spelled them; empty if
// not given.
struct TimeoutOptions {
  std::string wait;
  std::string accept;
  std::string done;

  void add_options(CommandLine& line);
  void add_to(RequestTarget& address) const;
};

}  // namespace syncq
