#pragma once

#include <cstdint>
#include <string>

#include "cli/client/client.h"
#include "cli/run/hold_stream.h"
#include "cli/run/waiting_line.h"

namespace syncq {

// A turn had: the grant, and the stream that is, or was, its lease.
struct Turn {
  HoldStream stream;
  std::string fifo;
  HoldEvent grant;
};

// Stands in line until the turn comes. A daemon that goes away meanwhile is
// started or found again and the place kept. `limit` bounds the wait; the
// daemon keeps it too. Throws Failure: with kExitNotInTime where the turn was
// not had in time, else with kExitOwnFailure.
Turn wait_for_turn(Client& client, HoldQuery query, Deadline limit,
                   WaitingLine& line);

}  // namespace syncq
