#pragma once

#include <string_view>

#include "cli/client/target.h"

namespace syncq {

// Called when the daemon's `version` is not this client's.
//
// Replaces an older daemon of this user by this version, unless that would lose
// something: ephemeral messages, or a turn held only by an open connection.
// Turns of `syncq run`, tickets, messages, and the options that the daemon was
// given survive it. If it can't be done, a
// note says so on stderr, if that is a terminal, and once a day at most. Never
// throws.
void meet_other_version(const Target& target, std::string_view version,
                        bool quiet);

}  // namespace syncq
