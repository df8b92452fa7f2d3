#pragma once

#include <string>
#include <vector>

#include "cli/client/request.h"
#include "cli/options/command_line.h"

namespace syncq {

// How a ticket is drawn, by `run` and by `fifo ticket`. Empty: the daemon's
// defaults.
struct TermsOptions {
  std::string priority;
  bool shared = false;
  std::string take;
  // "join" is refused as "skip" is, and the caller's to go on with.
  std::string if_waiting;
  std::string settle;
  std::string at_most;

  // How many slots it takes.
  int slots() const;

  // `policies`: what if_waiting may be.
  void add_options(CommandLine& line, const std::vector<std::string>& policies);
  // What is wrong with them together; "" for nothing. With a settle, who asks
  // anew replaces who waits unless something else is said.
  std::string complete();
  void add_to(RequestTarget& address) const;
};

}  // namespace syncq
