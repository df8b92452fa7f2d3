#pragma once

#include <string_view>

#include "cli/client/target.h"
#include "cli/queue/lease_request.h"

namespace syncq {

// Does what `queue ack`, `nack` and `extend` are asked for, to any number of
// leases. `doing` is as in "acknowledging". Returns the exit code: that of a
// failure if a lease is over, which is reported. Throws Failure.
int settle_leases(const ClientOptions& options, LeaseRequest request,
                  std::string_view doing);

}  // namespace syncq
