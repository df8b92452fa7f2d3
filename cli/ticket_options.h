#pragma once

#include <string>
#include <string_view>

#include "cli/command_line.h"
#include "cli/explain.h"
#include "cli/request.h"

namespace syncq {

// A ticket of a FIFO, named by two positionals or by -u and -t.
struct TicketOptions {
  ClientOptions client;
  std::string fifo;
  std::string ticket;

  void add_options(CommandLine& line);
  // "/fifo/FIFO/VERB/TICKET"
  Address address(std::string_view verb) const;
  Subject subject(std::string_view verb) const;
};

}  // namespace syncq
