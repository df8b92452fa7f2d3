#pragma once

#include <string>

#include "daemon/fifo/fifo_calls.h"
#include "daemon/http/query.h"

namespace syncq {

// What a caller of hold says of the turns that it ends, and is told of them.

// Reads cancel_holder and cancel_grace, and refuses what does not go with them.
Result<Preempt> read_preempt(const Query& query);

// [{"ticket":...,"label":...,"cwd":...,"pid":...}]
std::string preempted_json(const std::vector<Ticket>& turns);

}  // namespace syncq
