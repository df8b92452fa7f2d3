#pragma once

#include "daemon/http/router.h"
#include "daemon/overview/event_feed.h"
#include "daemon/overview/overview.h"

namespace syncq {

// Reads the parameters limit, waiting and for. Refuses the name of what is not
// there.
Result<OverviewWanted> read_overview_wanted(const Request& request,
                                            FifoEngine& fifos,
                                            QueueEngine& queues);

// Adds GET /overview. Borrows all it is given.
void add_overview_route(Router& router, FifoEngine& fifos, QueueEngine& queues,
                        QueueRates& rates);

// Adds GET /events, likewise.
void add_events_route(Router& router, FifoEngine& fifos, QueueEngine& queues,
                      EventFeed& feed);

}  // namespace syncq
