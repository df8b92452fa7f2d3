#pragma once

#include "daemon/http/json_text.h"
#include "daemon/http/router.h"
#include "daemon/queue/queue_engine.h"

namespace syncq {

// Adds the endpoints of the queue service. Borrows the engine.
void add_queue_routes(Router& router, QueueEngine& engine);

// Of them, those that look into a queue and steer it.
void add_message_routes(Router& router, QueueEngine& engine);

// Of a message without a type; stored as none, which keeps it small.
inline constexpr std::string_view kBytes = "application/octet-stream";

// Reads the body of POST /queues; an empty one asks for the defaults.
Result<QueueConfig> read_queue_config(std::string_view body);

// Changes of `config` what the body of POST /queues/QUEUE/set names; null is
// the default.
Result<> read_queue_changes(std::string_view body, QueueConfig& config);

// {"id":...,"name":...,...}
JsonObject queue_json(const Queue& queue);

// A message of a list.
std::string glimpse_json(const Glimpse& glimpse, Instant now);

}  // namespace syncq
