#pragma once

#include <string>

#include "cli/client.h"
#include "cli/hold_stream.h"

namespace syncq {

// The ticket that this process has drawn with this query without having been
// told of it, because the daemon went away before it answered; "" for none.
// Throws Failure where the daemon can't be asked.
std::string find_own_ticket(Client& client, const HoldQuery& query);

}  // namespace syncq
