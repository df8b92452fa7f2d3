#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client/client.h"

namespace syncq {

// The most messages, or leases, that one request is about.
inline constexpr std::int64_t kMostAtOnce = 1000;

// Messages taken by one request, each as the reply that a request for it alone
// would have got.
using Messages = std::vector<DaemonReply>;
// Their ids, in the same order.
using Leases = std::vector<std::string>;

// Those of the answer to a request with `count`: a JSON object a line. Throws
// Failure if it is something else.
Messages messages_of(std::string_view lines);

Leases leases_of(const Messages& messages);

// A message's bytes, ended by `end`: NUL, or a line end, which the message may
// have itself.
std::string with_end(std::string_view body, char end);

}  // namespace syncq
