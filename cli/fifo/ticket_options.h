#pragma once

#include <string>
#include <string_view>

#include "cli/client/explain.h"
#include "cli/client/request.h"
#include "cli/options/command_line.h"

namespace syncq {

// A ticket of a FIFO, named by two positionals or by -u and -t.
struct TicketOptions {
  ClientOptions client;
  std::string fifo;
  std::string ticket;

  void add_options(CommandLine& line);
  // "/fifo/FIFO/VERB/TICKET"
  RequestTarget address(std::string_view verb) const;
  Subject subject(std::string_view verb) const;
};

}  // namespace syncq
