#pragma once

#include "daemon/fifo/fifo_calls.h"
#include "daemon/http/request.h"

namespace syncq {

// Reads what a caller of hold asks for, but for the FIFOs in the path.
Result<HoldRequest> read_hold(const Request& request);

// Reads the ticket that hold has answered with.
Result<Uuid> read_hold_ticket(const std::string& text);

}  // namespace syncq
