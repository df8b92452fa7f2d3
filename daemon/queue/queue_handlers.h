#pragma once

#include "daemon/http/handler.h"
#include "daemon/http/json_text.h"
#include "daemon/http/router.h"
#include "daemon/queue/queue_engine.h"

namespace syncq {

// Adds the endpoints of the queue service. Borrows the engine.
void add_queue_routes(Router& router, QueueEngine& engine);

// Of them, those that look into a queue and steer it.
void add_message_routes(Router& router, QueueEngine& engine);

// Those that acknowledge leases, give them back, and make them last longer.
void add_lease_routes(Router& router, QueueEngine& engine);

// PUT with `batch`: one message for each part of the body, all else as in
// `pattern`.
Parked put_batch(QueueEngine& engine, Request& request, ReplyWriter& out,
                 const Push& pattern);
// Taking with `count`.
Parked take_batch(QueueEngine& engine, Request& request, ReplyWriter& out,
                  const Take& take);

// A time for which 0, as "no timeout", makes no sense.
Result<std::optional<Duration>> read_positive(const Query& query,
                                              std::string_view name);

// Of a message without a type; stored as none, which keeps it small.
inline constexpr std::string_view kBytes = "application/octet-stream";

// Reads the body of POST /queues; an empty one asks for the defaults.
Result<QueueConfig> read_queue_config(std::string_view body);

// Changes of `config` what the body of POST /queues/QUEUE/set names; null is
// the default.
Result<> read_queue_changes(std::string_view body, QueueConfig& config);

// {"id":...,"name":...,...}
JsonObject queue_json(const Queue& queue);

// {"queue":...,"id":...,...,"body":...}, as `queue pop -o json` prints it.
JsonObject message_json(std::string_view queue, const Delivered& message);

// Where a message failed for good.
JsonObject dead_letter_json(const DeadLetter& dead);

// A message of a list.
std::string glimpse_json(const Glimpse& glimpse, Instant now);

}  // namespace syncq
