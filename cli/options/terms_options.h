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
  std::string take;

  // What is wrong with them together; "" for nothing.
  std::string complaint() const;
  // How many slots it takes.
  int slots() const;

  void add_options(CommandLine& line);
  void add_to(RequestTarget& address) const;
};

}  // namespace syncq
