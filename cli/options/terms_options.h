#pragma once

#include <string>

#include "cli/client/request.h"
#include "cli/options/command_line.h"

namespace syncq {

// How a ticket is drawn, by `run` and by `fifo ticket`. Empty: the daemon's
// defaults.
struct TermsOptions {
  std::string priority;
  bool shared = false;

  void add_options(CommandLine& line);
  void add_to(RequestTarget& address) const;
};

}  // namespace syncq
