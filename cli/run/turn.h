#pragma once

#include <cstdint>
#include <string>

#include "cli/client/client.h"
#include "cli/run/hold_stream.h"
#include "cli/run/waiting_line.h"

namespace syncq {

// A granted turn: the grant, and the stream that is, or was, its lease.
struct Turn {
  HoldStream stream;
  // The FIFO's UUID; of several all, with commas, in the order of the query.
  std::string fifos;
  HoldEvent grant;
};

// Stands in line until the turn comes. If the daemon goes away, it is found or
// started again, and the position kept. `limit` bounds the wait; the daemon
// keeps it too. Throws Failure: with kExitNotInTime if the turn did not come in
// time, else with kExitOwnFailure.
Turn wait_for_turn(Client& client, HoldQuery query, Deadline limit,
                   WaitingLine& line);

}  // namespace syncq
