#pragma once

#include "daemon/http/router.h"
#include "daemon/queue/queue_engine.h"

namespace syncq {

// Adds the endpoints of the queue service. Borrows the engine.
void add_queue_routes(Router& router, QueueEngine& engine);

// Reads the body of POST /queues; an empty one asks for the defaults.
Result<QueueConfig> read_queue_config(std::string_view body);

// {"id":...,"name":...,...}
std::string queue_json(const Queue& queue);

}  // namespace syncq
