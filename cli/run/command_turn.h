#pragma once

#include <string>

#include "cli/base/arguments.h"
#include "cli/base/failure.h"
#include "cli/run/turn.h"

namespace syncq {

// What a turn and its command are told of each other.

// A command line as the label of its ticket.
std::string default_label(Arguments command);

// "" if it is not known.
std::string working_directory();

// No ticket was drawn, since this one waits already.
class AlreadyWaiting : public Failure {
 public:
  AlreadyWaiting(const std::string& message, const std::string& ticket)
      : Failure(message, kExitNotInTime), ticket_(ticket) {}
  const std::string& ticket() const { return ticket_; }

 private:
  std::string ticket_;
};

// wait_for_turn(), with the refusals in terms of commands. Throws
// AlreadyWaiting, too.
Turn take_turn(Client& client, const HoldQuery& query, Deadline limit,
               WaitingLine& line);

// Puts the turn into the environment, for the command.
void tell_command(const Turn& turn);

}  // namespace syncq
