#pragma once

#include "daemon/fifo/fifo_engine.h"
#include "daemon/http/handler.h"
#include "daemon/http/router.h"

namespace syncq {

// Adds the endpoints of the FIFO service. Borrows the engine.
void add_fifo_routes(Router& router, FifoEngine& engine);
// The endpoint `hold`.
void add_hold_route(Router& router, FifoEngine& engine);
// Those of turns that have ended.
void add_history_routes(Router& router, FifoEngine& engine);

// The endpoints that steer a line from outside.
void add_steering_routes(Router& router, FifoEngine& engine);

// Reads the ticket, the second part of the path that is open.
Result<Uuid> ticket_in(const Request& request);

// Reads how a ticket is to be drawn: priority, shared, take, if_waiting,
// settle, at_most.
Result<TicketTerms> read_terms(const Query& query);

// Answers that none is drawn; if that is for one that waits already, with it.
Parked refuse_ticket(FifoEngine& engine, std::string_view fifo,
                     ReplyWriter& out, const Refusal& why);

// Reads the parameters that make or change a FIFO: name, slots, rate, timeouts,
// allow_overrides.
Result<NewFifo> read_new_fifo(const Query& query);

}  // namespace syncq
