#pragma once

#include <optional>
#include <string>

#include "cli/client/client.h"
#include "cli/client/target.h"

namespace syncq {

// GETs `path` of the daemon that runs. Never starts or replaces one, whatever
// its version: the caller may hold the lock that this needs. nullopt if none
// runs, it goes away, or it does not answer in time. Throws Failure.
std::optional<DaemonReply> ask_if_running(
    const Target& target, const std::string& path,
    Deadline limit = Deadline::after(kNetworkBound));

}  // namespace syncq
